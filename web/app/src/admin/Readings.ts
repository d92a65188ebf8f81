/** Several things at once make many events: they are answered with one reading. */
const SETTLE_MS = 150;

/**
 * When something is read again. One reading at a time, and none is given up for the next: where events come faster than
 * answers, every answer still arrives, and the last one began after the last event.
 */
export class Readings {
  readonly #read: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #again = false;
  #stopped = false;

  /** `read` settles whatever becomes of the reading. */
  constructor(read: () => Promise<void>) {
    this.#read = read;
  }

  /** Soon, together with whatever else happens in the meantime. */
  soon(): void {
    if (!this.#stopped) this.#timer ??= setTimeout(() => this.now(), SETTLE_MS);
  }

  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#stopped) return;
    this.#again = this.#busy;
    if (this.#busy) return;
    this.#busy = true;
    void this.#read().then(() => {
      this.#busy = false;
      if (this.#again) this.now();
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
