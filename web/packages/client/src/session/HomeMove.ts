import type { PeerLink } from '../media/PeerLink';
import type { Negotiation, NegotiationReply } from '../wire/messages';
import type { Slot } from '../wire/model';

const LOOK_MS = 100;
/** Others may come over later than we do; longer is not waited for them. */
const PATIENCE_MS = 4000;
/** How long the old connection goes on sending for those who still listen there. */
const OVERLAP_MS = 8000;

export interface HomeMovePorts {
  current: () => PeerLink | null;
  /** Another connection with the same sections. */
  create: (like: PeerLink) => PeerLink;
  negotiate: (offer: Negotiation) => Promise<NegotiationReply>;
  /** The new home fills slots: it has to know what is looked at. */
  answered: () => void;
  slots: () => Readonly<Record<string, Slot>>;
  /** The connection that counts from now on, and what its slots carry. */
  take: (link: PeerLink, slots: Record<string, Slot>) => void;
}

/**
 * Takes a room's media to another server, make before break: a second connection is made beside the first, and used when it
 * brings what the first one brought. Nothing of the room changes. When the old server is gone there is nothing to wait for.
 */
export class HomeMove {
  readonly #ports: HomeMovePorts;
  #running: Promise<void> | null = null;
  #wanted = 0;
  #next: PeerLink | null = null;
  #held: Record<string, Slot> = {};

  constructor(ports: HomeMovePorts) {
    this.#ports = ports;
  }

  /**
   * @param urgent the old connection is dead.
   * @param epoch where to; when we are there already nothing happens. Without it: wherever the room is now.
   * @throws SylkError when the new server does not take us.
   */
  go(urgent: boolean, epoch?: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, epoch ?? 0);
    if (this.#running) return this.#running;
    if (epoch && this.#ports.current()?.epoch === epoch) return Promise.resolve();
    this.#running = this.#moveAll(urgent).finally(() => (this.#running = null));
    return this.#running;
  }

  /** Signals of another home than the one in use are kept until we are there, older ones are forgotten. */
  holds(event: { slots: Slot[]; epoch?: number }): boolean {
    const here = this.#ports.current()?.epoch ?? null;
    if (here === null || !event.epoch || event.epoch === here) return false;
    if (event.epoch > here) for (const slot of event.slots) this.#held[slot.mid] = slot;
    return true;
  }

  /** The connection with that home. */
  linkOf(epoch: number | undefined): PeerLink | null {
    return epoch !== undefined && this.#next?.epoch === epoch ? this.#next : this.#ports.current();
  }

  close(): void {
    this.#next?.close();
  }

  async #moveAll(urgent: boolean): Promise<void> {
    do await this.#move(urgent);
    while (this.#wanted > (this.#ports.current()?.epoch ?? Infinity));
  }

  async #move(urgent: boolean): Promise<void> {
    const former = this.#ports.current();
    if (!former) return;
    const next = this.#ports.create(former);
    this.#next = next;
    try {
      await next.acceptAnswer(await this.#ports.negotiate(await next.firstOffer()));
      this.#ports.answered();
      if (!urgent) await this.#ready(next, former);
    } catch (reason) {
      next.close();
      throw reason;
    } finally {
      this.#next = null;
    }
    await next.adopt(former);
    const slots = this.#held;
    this.#held = {};
    this.#ports.take(next, slots);
    if (urgent) former.close();
    else setTimeout(() => former.close(), OVERLAP_MS);
  }

  async #ready(next: PeerLink, former: PeerLink): Promise<void> {
    for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
      if (next.pc.connectionState === 'connected' && this.#bringsAll()) return;
      if (['failed', 'closed', 'disconnected'].includes(former.pc.connectionState)) return;
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  }

  #bringsAll(): boolean {
    const live = (slots: Readonly<Record<string, Slot>>): (string | null)[] =>
      Object.values(slots).filter((s) => s.trackId && s.state === 'live').map((s) => s.trackId);
    const there = new Set(live(this.#held));
    return live(this.#ports.slots()).every((track) => there.has(track));
  }
}
