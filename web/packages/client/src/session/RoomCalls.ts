import { SylkError } from '../errors';
import type { Store } from '../state/Store';
import type { HubMethod, HubMethods } from '../wire/messages';
import type { Call, Role } from '../wire/model';
import type { SessionState } from './state';

export interface RoomCallsPorts {
  store: Store<SessionState>;
  invoke: <M extends HubMethod>(method: M, request: HubMethods[M]['request']) => Promise<HubMethods[M]['value']>;
}
export interface DialOptions {
  /** How the others see who is called; left out: what their phone says. */
  displayName?: string;
  role?: Role;
  /** Left out: sound alone. */
  media?: ('audio' | 'video')[];
}

/** Calling people by phone into the room. What becomes of each call is in the store, `room.calls`, and goes to `subscribe`. */
export class RoomCalls {
  readonly #ports: RoomCallsPorts;
  readonly #dialled = new Map<string, string>();

  constructor(ports: RoomCallsPorts) {
    this.#ports = ports;
  }

  /** Every call this visit knows of, oldest first; those that have ended stay until they are dismissed. */
  get list(): readonly Call[] {
    return Object.values(this.#ports.store.snapshot.room.calls);
  }

  /** `fn` is given every call that is new or has changed. @returns what ends it */
  subscribe(fn: (call: Call) => void): () => void {
    return this.#ports.store.subscribe((s) => s.room.calls, (after, before) => {
      for (const call of Object.values(after)) if (before[call.id] !== call) fn(call);
    });
  }

  /**
   * Calls a SIP address or a telephone number. Resolves when the server has taken the order, with the call's id.
   * @throws SylkError `capability_missing`, `address_unroutable`, `rate_limited`, `trunk_unavailable`, `validation_failed`
   */
  async dial(address: string, options: DialOptions = {}): Promise<string> {
    const { callId } = await this.#ports.invoke('Dial', { address, ...options });
    this.#dialled.set(callId, address);
    const { selfId } = this.#ports.store.snapshot.room;
    this.#change((calls) => (calls[callId] ? calls : {
      ...calls,
      // The server's own word may come before the reply or after it.
      [callId]: { id: callId, direction: 'out', state: 'dialing', to: address, by: selfId, startedAt: new Date().toISOString(), ...(options.displayName ? { displayName: options.displayName } : {}) },
    }));
    return callId;
  }

  /** What was dialled for a call of ours, whole; of other calls what the server shows of them. */
  addressOf(call: Call): string {
    return this.#dialled.get(call.id) ?? call.to;
  }

  /** Ends a call in any state: one that rings rings no more, one that is answered leaves the room. @throws SylkError */
  async hangUp(callId: string): Promise<void> {
    try {
      await this.#ports.invoke('HangUp', { callId });
    } catch (reason) {
      // It was over before: the word of that may have been lost with a connection.
      if (SylkError.from(reason).code !== 'room_not_found') throw reason;
      this.#change((calls) => (calls[callId] ? { ...calls, [callId]: { ...calls[callId], state: 'ended', end: { code: 'completed', side: 'us' } } } : calls));
    }
  }

  /** Presses keys for the other end to hear. `digits`: 0–9, *, #, A–D; at most 64. @throws SylkError */
  sendDtmf(callId: string, digits: string): Promise<void> {
    return this.#ports.invoke('SendDtmf', { callId, digits });
  }

  /** Holds a call, or takes it back: who is held hears music, and nobody here hears them. @throws SylkError */
  hold(callId: string, held: boolean): Promise<void> {
    return this.#ports.invoke('HoldCall', { callId, held });
  }

  /** Sends a call on: to another room by its name or address, or to whom the server may call. @throws SylkError */
  transfer(callId: string, to: string): Promise<void> {
    return this.#ports.invoke('TransferCall', { callId, to });
  }

  /** Forgets a call that has ended. */
  dismiss(callId: string): void {
    this.#change(({ [callId]: call, ...rest }) => (call && call.state !== 'ended' ? { ...rest, [callId]: call } : rest));
  }

  #change(change: (calls: Readonly<Record<string, Call>>) => Readonly<Record<string, Call>>): void {
    this.#ports.store.update((s) => ({ ...s, room: { ...s.room, calls: change(s.room.calls) } }));
  }
}
