// Sounds that the page makes and measures itself: the ring, and the level of the microphone.

let context;

function audio() {
  context ??= new AudioContext();
  return context;
}

// Browsers let a page sound only after somebody has touched it: the first touch is enough for the whole day.
for (const touch of ["pointerdown", "keydown"]) {
  addEventListener(touch, () => audio().resume(), { capture: true, passive: true });
}

// India's ring: 400 ms, a breath, 400 ms, two seconds of rest (ITU-T E.180).
const RING = [0, 0.6];
const RING_SECONDS = 0.4;
const RING_EVERY = 3000; // ms

export function ring() {
  const once = () => RING.forEach((at) => tone(audio().currentTime + at));
  once();
  const again = setInterval(once, RING_EVERY);
  return () => clearInterval(again);
}

function tone(at) {
  const [source, gain] = [audio().createOscillator(), audio().createGain()];
  source.type = "triangle";
  source.frequency.value = 440;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.3, at + 0.02);
  gain.gain.setValueAtTime(0.3, at + RING_SECONDS - 0.05);
  gain.gain.linearRampToValueAtTime(0, at + RING_SECONDS);
  source.connect(gain).connect(audio().destination);
  source.start(at);
  source.stop(at + RING_SECONDS);
}

// Calls show(level) ten times a second with the loudness, 0 to 1 (-60 to 0 dBFS), until the returned function is called.
export function meter(stream, show) {
  const [source, analyser] = [audio().createMediaStreamSource(stream), audio().createAnalyser()];
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const look = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    show(Math.min(1, Math.max(0, 1 + Math.log10(power + 1e-12) / 6)));
  }, 100);
  return () => {
    clearInterval(look);
    source.disconnect();
    show(0);
  };
}
