/** Short quiet signs, made here: [hertz, start in ms, length in ms] each. */
const SIGNS = {
  message: [[880, 0, 90], [1175, 90, 120]],
  knock: [[196, 0, 70], [196, 170, 70], [247, 340, 110]],
} as const;
export type Sign = keyof typeof SIGNS;

/** Well below speech. */
const LEVEL = 0.06;
const FADE_S = 0.012;
/** In larger rooms something would ring all the time. */
export const QUIET_ABOVE = 10;

let context: AudioContext | null = null;

export function play(sign: Sign): void {
  context ??= new AudioContext();
  // Without a gesture of the person the browser keeps it silent; a sign that comes late would be a riddle.
  if (context.state !== 'running') return void context.resume();
  const now = context.currentTime;
  for (const [hertz, startMs, lengthMs] of SIGNS[sign]) {
    const [from, to] = [now + startMs / 1000, now + (startMs + lengthMs) / 1000];
    const tone = new OscillatorNode(context, { frequency: hertz, type: sign === 'knock' ? 'triangle' : 'sine' });
    const level = new GainNode(context, { gain: 0 });
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(LEVEL, from + FADE_S);
    level.gain.linearRampToValueAtTime(0, to);
    tone.connect(level).connect(context.destination);
    tone.start(from);
    tone.stop(to);
  }
}
