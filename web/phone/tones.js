// Sounds of a plain telephone: its keys, the ringing at the other end, and the silence of one without a microphone.

const ROWS = [697, 770, 852, 941]; // Hz, ITU-T Q.23
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
const KEY_SECONDS = 0.12;

// India's ringing tone: 400 Hz, 400 ms, a breath, 400 ms, two seconds of rest (ITU-T E.180).
const RING_HZ = 400;
const RINGS = [0, 0.6];
const RING_SECONDS = 0.4;
const RING_EVERY = 3000; // ms

let context;

function audio() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  return context;
}

export function keyTone(key) {
  const place = KEYS.indexOf(key);
  const now = audio().currentTime;
  for (const hz of [ROWS[Math.floor(place / 3)], COLUMNS[place % 3]]) tone(hz, now, KEY_SECONDS, 0.04);
}

export function ringBack() {
  const once = () => RINGS.forEach((at) => tone(RING_HZ, audio().currentTime + at, RING_SECONDS, 0.1));
  once();
  const again = setInterval(once, RING_EVERY);
  return () => clearInterval(again);
}

// A source that says nothing: from none at all no packets are sent, and keys travel among the packets.
export function silence() {
  const [source, quiet, out] = [audio().createOscillator(), audio().createGain(), audio().createMediaStreamDestination()];
  quiet.gain.value = 1e-5; // below what can be heard or sent
  source.connect(quiet).connect(out);
  source.start();
  return out.stream;
}

function tone(hz, at, seconds, loudness) {
  const [source, gain] = [audio().createOscillator(), audio().createGain()];
  source.frequency.value = hz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loudness, at + 0.01);
  gain.gain.setValueAtTime(loudness, at + seconds - 0.02);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  source.connect(gain).connect(audio().destination);
  source.start(at);
  source.stop(at + seconds);
}
