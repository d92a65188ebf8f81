const NOTES_HZ = [523.25, 659.25, 783.99];
const NOTE_S = 0.22;

/** Plays three soft notes to the chosen output and resolves when they are over. */
export async function testSpeaker(deviceId: string): Promise<void> {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  NOTES_HZ.forEach((hz, i) => {
    const start = context.currentTime + 0.05 + i * NOTE_S;
    const tone = new OscillatorNode(context, { frequency: hz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.2, start + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S * 1.6);
    tone.connect(gain).connect(out);
    tone.start(start);
    tone.stop(start + NOTE_S * 1.7);
  });
  const element = new Audio();
  element.srcObject = out.stream;
  if (deviceId && typeof element.setSinkId === 'function') await element.setSinkId(deviceId).catch(() => undefined);
  await element.play();
  await new Promise((resolve) => setTimeout(resolve, (NOTES_HZ.length + 1) * NOTE_S * 1000 + 200));
  element.srcObject = null;
  await context.close();
}
