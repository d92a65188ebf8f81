import { planView, type WantedVideo } from '../media/viewPlan';
import type { ViewRequest, ViewSlot } from '../wire/messages';

const DEBOUNCE_MS = 200;

/** Collects what the page shows and tells the server, at most once per 200 ms and only when it differs. */
export class Viewer {
  readonly #send: (request: ViewRequest) => void;
  readonly #mids: () => string[];
  #slots: ViewSlot[] = [];
  #wanted: readonly WantedVideo[] = [];
  #paused = false;
  #viewRev = 0;
  #sent = '';
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(mids: () => string[], send: (request: ViewRequest) => void) {
    this.#mids = mids;
    this.#send = send;
  }

  want(videos: readonly WantedVideo[]): void {
    this.#wanted = videos;
    this.#arm();
  }

  /** A hidden page keeps its sound and gives up its pictures. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.#arm();
  }

  /** After a new connection the server has forgotten the view. */
  reset(): void {
    this.#sent = '';
    this.#slots = [];
    this.#arm();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#flush();
    }, DEBOUNCE_MS);
  }

  #flush(): void {
    const mids = this.#mids();
    if (mids.length === 0) return;
    this.#slots = planView(this.#slots, this.#wanted, mids);
    const body = { slots: this.#slots, audio: { mode: 'auto' as const }, paused: this.#paused };
    const text = JSON.stringify(body);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#send({ viewRev: ++this.#viewRev, ...body });
  }
}
