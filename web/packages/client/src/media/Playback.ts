/** Plays the audio slots: one element per slot, all to the chosen output. Needs a document. */
export class Playback {
  readonly #elements: HTMLAudioElement[] = [];
  readonly #onBlocked: (blocked: boolean) => void;
  #sink = '';

  constructor(onBlocked: (blocked: boolean) => void) {
    this.#onBlocked = onBlocked;
  }

  add(track: MediaStreamTrack): void {
    const element = document.createElement('audio');
    element.autoplay = true;
    element.srcObject = new MediaStream([track]);
    this.#elements.push(element);
    void this.#route(element);
    element.play().catch((reason: unknown) => {
      if (reason instanceof DOMException && reason.name === 'NotAllowedError') this.#onBlocked(true);
    });
  }

  /** To be called from a click when the browser refused to play. */
  async resume(): Promise<void> {
    await Promise.all(this.#elements.map((e) => e.play()));
    this.#onBlocked(false);
  }

  async setSink(deviceId: string): Promise<void> {
    this.#sink = deviceId;
    await Promise.all(this.#elements.map((e) => this.#route(e)));
  }

  close(): void {
    for (const element of this.#elements) {
      element.pause();
      element.srcObject = null;
    }
    this.#elements.length = 0;
  }

  async #route(element: HTMLAudioElement): Promise<void> {
    if (typeof element.setSinkId !== 'function' || element.sinkId === this.#sink) return;
    // An output that has gone leaves the sound on the default one, which is what its listener wants.
    await element.setSinkId(this.#sink).catch(() => undefined);
  }
}
