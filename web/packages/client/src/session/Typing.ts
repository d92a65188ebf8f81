import type { ChatTyping } from '../state/chatState';
import type { HubMethods } from '../wire/messages';

/** While somebody types it is said again this often. */
const REPEAT_MS = 3000;
/** Silence after which one's own typing ends. */
const PAUSE_MS = 4000;
/** Who has said nothing for this long has gone away in the middle of a word (B6.2: at most 6 s). */
const EXPIRE_MS = 5500;

/** Says that this person types, no more often than others need to hear it. */
export class OwnTyping {
  readonly #tell: (request: HubMethods['SetTyping']['request']) => void;
  #to: string | undefined;
  #toldAt: number | null = null;
  #pause: ReturnType<typeof setTimeout> | null = null;

  constructor(tell: (request: HubMethods['SetTyping']['request']) => void) {
    this.#tell = tell;
  }

  active(to?: string): void {
    if (this.#toldAt !== null && to !== this.#to) this.stop(true);
    const now = performance.now();
    this.#to = to;
    if (this.#pause) clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.stop(true), PAUSE_MS);
    if (this.#toldAt !== null && now - this.#toldAt < REPEAT_MS) return;
    this.#toldAt = now;
    this.#say('active');
  }

  /** `tell` false: the message that follows says it. */
  stop(tell: boolean): void {
    if (this.#pause) clearTimeout(this.#pause);
    this.#pause = null;
    if (this.#toldAt === null) return;
    this.#toldAt = null;
    if (tell) this.#say('idle');
  }

  #say(state: 'active' | 'idle'): void {
    this.#tell({ state, ...(this.#to ? { to: this.#to } : {}) });
  }
}

/** Who types now; nobody for longer than they say so. */
export class OthersTyping {
  readonly #changed: (typing: readonly ChatTyping[]) => void;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #typing: readonly ChatTyping[] = [];

  constructor(changed: (typing: readonly ChatTyping[]) => void) {
    this.#changed = changed;
  }

  typing({ participantId, to }: ChatTyping): void {
    clearTimeout(this.#timers.get(participantId));
    this.#timers.set(participantId, setTimeout(() => this.stopped(participantId), EXPIRE_MS));
    const known = this.#typing.find((t) => t.participantId === participantId);
    if (known && known.to === to) return;
    this.#show([...this.#typing.filter((t) => t !== known), { participantId, ...(to ? { to } : {}) }]);
  }

  stopped(participantId: string): void {
    clearTimeout(this.#timers.get(participantId));
    this.#timers.delete(participantId);
    if (this.#typing.some((t) => t.participantId === participantId)) this.#show(this.#typing.filter((t) => t.participantId !== participantId));
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    if (this.#typing.length > 0) this.#show([]);
  }

  #show(typing: readonly ChatTyping[]): void {
    this.#typing = typing;
    this.#changed(typing);
  }
}
