import type { HubMethod, HubMethods, RoomChange } from '../wire/messages';
import type { LocalSource, Role } from '../wire/model';

type Invoke = <M extends HubMethod>(method: M, request: HubMethods[M]['request']) => Promise<HubMethods[M]['value']>;

/** What moderators do. The server checks every right; each verb rejects with `capability_missing` for others. */
export class Moderation {
  readonly #invoke: Invoke;

  constructor(invoke: Invoke) {
    this.#invoke = invoke;
  }

  mute(participantId: string, source: LocalSource | 'all'): Promise<void> {
    return this.#invoke('Mute', { participantId, source });
  }

  /** `lockUnmute`: members cannot turn themselves on again until a moderator allows it. */
  muteAll(source: LocalSource | 'all', options: { except?: string[]; lockUnmute?: boolean } = {}): Promise<void> {
    return this.#invoke('MuteAll', { source, ...options });
  }

  /** A question, never an order: nobody can be turned on from afar. */
  askToUnmute(participantId: string, source: 'microphone' | 'camera'): Promise<void> {
    return this.#invoke('AskToUnmute', { participantId, source });
  }

  remove(participantId: string, options: { ban?: 'session' | '24h'; reason?: string } = {}): Promise<void> {
    return this.#invoke('Remove', { participantId, ...options });
  }

  setRole(participantId: string, role: Role): Promise<void> {
    return this.#invoke('SetRole', { participantId, role });
  }

  setCaps(participantId: string, caps: string[]): Promise<void> {
    return this.#invoke('SetCaps', { participantId, caps });
  }

  admit(participantId: string): Promise<void> {
    return this.#invoke('Admit', { participantId });
  }

  admitAll(): Promise<void> {
    return this.#invoke('Admit', { all: true });
  }

  deny(participantId: string, message?: string): Promise<void> {
    return this.#invoke('Deny', { participantId, ...(message ? { message } : {}) });
  }

  lowerHands(participantIds?: string[]): Promise<void> {
    return this.#invoke('LowerHands', participantIds ? { participantIds } : {});
  }

  /** Up to four tracks everyone sees large; none takes the spotlight away. */
  spotlight(trackIds: string[]): Promise<void> {
    return this.#invoke('Spotlight', { trackIds });
  }

  updateRoom(change: RoomChange): Promise<void> {
    return this.#invoke('UpdateRoom', change);
  }

  endRoom(reason?: string): Promise<void> {
    return this.#invoke('EndRoom', reason ? { reason } : {});
  }
}
