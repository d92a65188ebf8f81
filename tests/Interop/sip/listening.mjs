// Which tones are in a recording (Goertzel over blocks of 100 ms).
import { readFileSync } from 'node:fs';

export function readWav(path) {
  const file = readFileSync(path);
  let [channels, rate, bits, at, data] = [1, 48_000, 16, 12, Buffer.alloc(0)];
  while (at + 8 <= file.length) {
    const [id, size] = [file.toString('latin1', at, at + 4), file.readUInt32LE(at + 4)];
    if (id === 'fmt ') [channels, rate, bits] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 12), file.readUInt16LE(at + 22)];
    if (id === 'data') data = file.subarray(at + 8, size === 0 || at + 8 + size > file.length ? file.length : at + 8 + size); // a recording under way says 0
    if (id === 'data') break;
    at += 8 + size + (size & 1);
  }
  if (bits !== 16) throw new Error(`${bits} bits in ${path}`);
  const samples = new Float32Array(Math.floor(data.length / 2 / channels));
  for (let i = 0; i < samples.length; i++) samples[i] = data.readInt16LE(i * 2 * channels) / 32_768;
  return { samples, rate };
}

/** The power of one tone in one block, as the amplitude it would have. */
function amplitude(samples, from, length, hertz, rate) {
  const k = 2 * Math.cos(2 * Math.PI * hertz / rate);
  let [a, b] = [0, 0];
  for (let i = from; i < from + length; i++) [a, b] = [samples[i] + k * a - b, a];
  return 2 * Math.sqrt(Math.max(0, a * a + b * b - k * a * b)) / length;
}

/** For each tone and block of 100 ms its amplitude, from `from` to `to` seconds (negative: from the end). */
export function levels(path, tones, { from = 0, to = Infinity } = {}) {
  const { samples, rate } = readWav(path);
  const seconds = samples.length / rate;
  const [first, last] = [from < 0 ? seconds + from : from, to < 0 ? seconds + to : Math.min(to, seconds)];
  const block = rate / 10;
  return Object.fromEntries(tones.map(hertz => {
    const found = [];
    for (let at = Math.max(0, Math.round(first * rate)); at + block <= last * rate; at += block) found.push(amplitude(samples, at, block, hertz, rate));
    return [hertz, found];
  }));
}

/** The median amplitude in dBFS of each tone over that stretch; −99 for none. */
export function decibels(path, tones, stretch) {
  return Object.fromEntries(Object.entries(levels(path, tones, stretch)).map(([hertz, found]) => {
    const sorted = [...found].sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return [hertz, median > 0 ? Math.max(-99, 20 * Math.log10(median)) : -99];
  }));
}

/** The longest time in ms in which a tone was 20 dB below its median or more, in steps of 10 ms. */
export function longestGap(path, hertz, { from, to }) {
  const { samples, rate } = readWav(path);
  const block = rate / 100;
  const found = [];
  for (let at = Math.round(from * rate); at + block <= to * rate; at += block) found.push(amplitude(samples, at, block, hertz, rate));
  const median = [...found].sort((a, b) => a - b)[Math.floor(found.length / 2)] ?? 0;
  if (median < 0.003) return 10 * found.length; // not there at all
  let [longest, run] = [0, 0];
  for (const level of found) longest = Math.max(longest, run = level < median / 10 ? run + 1 : 0);
  return 10 * longest;
}

/** Seconds of sound in the recording. */
export const length = path => { const { samples, rate } = readWav(path); return samples.length / rate; };
