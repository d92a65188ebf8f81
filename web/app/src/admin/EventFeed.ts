import type { AdminHttp } from './http';

export interface FeedEvent {
  id: string;
  type: string;
  timestamp: string;
  room: string;
  data: Record<string, unknown>;
}
export type FeedState = 'connecting' | 'live' | 'lost';
const PAUSES_MS = [500, 1000, 2000, 5000];

/** Whole blocks of a server-sent stream (WHATWG HTML §9.2), and the beginning of the next. */
export function readBlocks(text: string): { events: FeedEvent[]; rest: string } {
  const blocks = text.split('\n\n');
  const rest = blocks.pop() ?? '';
  const events = blocks.flatMap((block) => {
    const data = block.split('\n').filter((line) => line.startsWith('data: ')).map((line) => line.slice(6)).join('\n');
    return data ? [JSON.parse(data) as FeedEvent] : [];
  });
  return { events, rest };
}

/** What happens in all rooms, as it happens. Read with fetch: EventSource cannot send the header a session needs. */
export class EventFeed {
  readonly #http: AdminHttp;
  readonly #listeners = new Set<(event: FeedEvent | null) => void>();
  readonly #watchers = new Set<() => void>();
  #lastId: string | null = null;
  state: FeedState = 'connecting';

  constructor(http: AdminHttp) {
    this.#http = http;
  }

  /** Null is told when the stream is there again and something may have been missed. */
  listen(fn: (event: FeedEvent | null) => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  watch = (fn: () => void): (() => void) => {
    this.#watchers.add(fn);
    return () => this.#watchers.delete(fn);
  };

  start(): () => void {
    const abort = new AbortController();
    void this.#run(abort.signal);
    return () => abort.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let tries = 0; !signal.aborted; tries++) {
      const began = await this.#read(signal);
      if (signal.aborted) return;
      if (began) tries = 0;
      this.#become('lost');
      await new Promise((resolve) => setTimeout(resolve, PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]));
    }
  }

  /** Until the connection ends; true when there was one. */
  async #read(signal: AbortSignal): Promise<boolean> {
    let began = false;
    try {
      const reply = await this.#http.stream(this.#lastId, signal);
      const reader = reply.ok ? reply.body?.pipeThrough(new TextDecoderStream()).getReader() : undefined;
      if (reply.status === 401) this.#http.onSignedOut();
      if (!reader) return false;
      began = true;
      this.#become('live');
      this.#tell(null);
      let rest = '';
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const read = readBlocks(rest + part.value);
        rest = read.rest;
        read.events.forEach((event) => this.#tell(event));
      }
    } catch (reason) {
      // The server restarts, or the network is away: the loop tries again.
      if (!(reason instanceof TypeError || reason instanceof DOMException)) throw reason;
    }
    return began;
  }

  #tell(event: FeedEvent | null): void {
    if (event) this.#lastId = event.id;
    for (const fn of this.#listeners) fn(event);
  }

  #become(state: FeedState): void {
    this.state = state;
    for (const fn of this.#watchers) fn();
  }
}
