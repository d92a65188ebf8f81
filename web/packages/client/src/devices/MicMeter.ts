const FLOOR_DB = -60;
const CLIP = 0.98;

export interface MeterReading {
  /** 0–1, linear in decibels above −60 dBFS. */
  level: number;
  clipping: boolean;
}

/** Pure: one block of samples in −1…1 to what the bar shows. */
export function meterReading(samples: Float32Array): MeterReading {
  let sum = 0;
  let peak = 0;
  for (const s of samples) {
    sum += s * s;
    peak = Math.max(peak, Math.abs(s));
  }
  const db = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return { level: Math.min(1, Math.max(0, 1 - db / FLOOR_DB)), clipping: peak >= CLIP };
}

/** Watches a clone of the microphone, so that it still hears while the published track is silenced. */
export class MicMeter {
  readonly #context = new AudioContext();
  readonly #analyser = this.#context.createAnalyser();
  readonly #track: MediaStreamTrack;
  readonly #samples: Float32Array<ArrayBuffer>;

  constructor(track: MediaStreamTrack) {
    this.#track = track.clone();
    this.#track.enabled = true;
    this.#analyser.fftSize = 1024;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(new MediaStream([this.#track])).connect(this.#analyser);
    void this.#context.resume();
  }

  read(): MeterReading {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return meterReading(this.#samples);
  }

  close(): void {
    this.#track.stop();
    void this.#context.close();
  }
}
