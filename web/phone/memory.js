// Remembers in this tab with whom it talks, so that the page, loaded again, picks up by itself and nobody else's does.

const KEPT = "phone.talk";
const FRESH = 60_000; // ms; the service looks for the page for 30 s

export function remember(caller) {
  sessionStorage.setItem(KEPT, JSON.stringify({ caller, at: Date.now() }));
}

export function forget() {
  sessionStorage.removeItem(KEPT);
}

export function talkedWith(caller) {
  const talk = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  return talk !== null && talk.caller === caller && Date.now() - talk.at < FRESH;
}
