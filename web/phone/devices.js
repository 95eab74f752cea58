// Microphone and loudspeaker: which there are, which were chosen (kept in this browser), and how to open them.

const KEPT = "phone.devices";
const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}");

export function choose(kind, id) {
  kept[kind] = id;
  localStorage.setItem(KEPT, JSON.stringify(kept));
}

export function chosen(kind) {
  return kept[kind] ?? "";
}

// The page's microphone. Raises what getUserMedia raises; a chosen one that is unplugged is replaced by the default.
export function openMicrophone() {
  const wishes = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...measuring() };
  return navigator.mediaDevices.getUserMedia({ audio: { ...wishes, deviceId: { ideal: chosen("audioinput") } } });
}

export function close(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}

// What stands in the way of the microphone: "insecure" (no https), "microphone" (refused), "ask" (nobody said yes yet), "".
export async function hindrance() {
  if (!navigator.mediaDevices) return "insecure";
  const permission = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
  return { denied: "microphone", prompt: "ask" }[permission?.state] ?? "";
}

// Devices of a kind ("audioinput", "audiooutput"); without permission their names are empty, so they are left out.
export async function list(kind) {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return all.filter((device) => device.kind === kind && device.label);
}

export async function speakBy(audio) {
  const speaker = chosen("audiooutput");
  if (!audio.setSinkId || audio.sinkId === speaker) return;
  await audio.setSinkId(speaker).catch(() => audio.setSinkId(""));
}

// Whoever measures (a test, a technician) wants the sound as it is: localStorage["phone.raw"] = "yes".
function measuring() {
  if (localStorage.getItem("phone.raw") !== "yes") return {};
  return { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
}
