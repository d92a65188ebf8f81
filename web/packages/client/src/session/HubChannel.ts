import { SylkError } from '../errors';
import { BATCH, COUNTED_ONLY, EVENT_NAMES, toEvent, type BatchedEvent, type HubEvent } from '../wire/events';
import { call, signalRHub, type HubFactory, type HubPort } from '../wire/HubPort';
import type { HubMethod, HubMethods } from '../wire/messages';

export interface HubChannelPorts {
  onEvent: (event: HubEvent) => void;
  /** A fact this client only counts. */
  onRevision: (rev: number | undefined) => void;
  onLost: () => void;
}

/** Answers to `Join` come after events that followed it; these end a wait, or are for who waits, and cannot wait themselves. */
const NEVER_HELD: ReadonlySet<HubEvent['type']> = new Set(['Admitted', 'Denied', 'Disconnect', 'Notice']);

/** The hub connection of a session: one at a time, and events are held back until the room they change is known. */
export class HubChannel {
  readonly #url: string;
  readonly #factory: HubFactory;
  readonly #ports: HubChannelPorts;
  #hub: HubPort | null = null;
  #held: HubEvent[] | null = null;

  constructor(url: string, factory: HubFactory | undefined, ports: HubChannelPorts) {
    this.#url = url;
    this.#factory = factory ?? signalRHub;
    this.#ports = ports;
  }

  /** Replaces the connection by a new one and holds events until `release`. */
  async connect(): Promise<void> {
    await this.drop();
    const hub = this.#factory(this.#url);
    this.#hub = hub;
    this.#held = [];
    for (const name of EVENT_NAMES) hub.on(name, (payload) => this.#receive(hub, toEvent(name, payload)));
    hub.on(BATCH, (payload) => {
      for (const { type, ...event } of payload['events'] as BatchedEvent[]) this.#receive(hub, toEvent(type, event));
    });
    for (const name of COUNTED_ONLY) hub.on(name, (payload) => {
      if (hub === this.#hub && !this.#held) this.#ports.onRevision(payload['rev'] as number | undefined);
    });
    hub.onClose(() => {
      if (this.#hub === hub) this.#ports.onLost();
    });
    await hub.start();
  }

  /** @throws SylkError */
  invoke<M extends HubMethod>(method: M, request: HubMethods[M]['request']): Promise<HubMethods[M]['value']> {
    if (!this.#hub) return Promise.reject(new SylkError('connection_failed', 'Not connected'));
    return call(this.#hub, method, request);
  }

  /** For calls whose failure needs no answer: the ladder notices a dead connection by itself. */
  async tell<M extends HubMethod>(method: M, request: HubMethods[M]['request']): Promise<void> {
    await this.invoke(method, request).catch((reason: unknown) => {
      if (!(reason instanceof SylkError)) throw reason;
    });
  }

  /** For a page that is going away: no promise will be waited for. */
  send(method: HubMethod, request: object): void {
    this.#hub?.send(method, request);
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of held) if (this.#hub) this.#receive(this.#hub, event);
  }

  async drop(): Promise<void> {
    const hub = this.#hub;
    this.#hub = null;
    await hub?.stop().catch(() => undefined);
  }

  #receive(hub: HubPort, event: HubEvent): void {
    if (hub !== this.#hub) return;
    if (this.#held && !NEVER_HELD.has(event.type)) this.#held.push(event);
    else this.#ports.onEvent(event);
  }
}
