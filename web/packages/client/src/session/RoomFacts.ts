import { SylkError } from '../errors';
import type { Store } from '../state/Store';
import { countRevision, roomReducer } from '../state/roomReducer';
import { fromSync, type RoomSnapshot } from '../state/roomState';
import { toEvent, type HubEvent } from '../wire/events';
import type { SyncResult } from '../wire/messages';
import type { SessionState } from './state';

/** Keeps what the store says of the room in step with the server: events in order, `Sync` after a gap. */
export class RoomFacts {
  readonly #store: Store<SessionState>;
  readonly #askSync: (lastRev: number) => Promise<SyncResult>;
  readonly #onSynced: (result: SyncResult) => void;
  #syncing = false;

  constructor(store: Store<SessionState>, askSync: (lastRev: number) => Promise<SyncResult>, onSynced: (result: SyncResult) => void = () => undefined) {
    this.#store = store;
    this.#askSync = askSync;
    this.#onSynced = onSynced;
  }

  apply(event: HubEvent): void {
    this.#change((room) => roomReducer(room, event));
  }

  count(rev: number | undefined): void {
    this.#change((room) => countRevision(room, rev));
  }

  #change(change: (room: RoomSnapshot) => RoomSnapshot): void {
    this.#store.update((s) => ({ ...s, room: change(s.room) }));
    if (this.#store.snapshot.room.gap) void this.#sync();
  }

  async #sync(): Promise<void> {
    if (this.#syncing) return;
    this.#syncing = true;
    try {
      const result = await this.#askSync(this.#store.snapshot.room.rev);
      this.#store.update((s) => ({ ...s, room: fromSync(s.room, result) }));
      for (const { type, ...payload } of result.events ?? []) {
        this.#store.update((s) => ({ ...s, room: roomReducer(s.room, toEvent(type as HubEvent['type'], payload)) }));
      }
      this.#onSynced(result);
    } catch (reason) {
      if (SylkError.from(reason).code !== 'connection_failed') throw reason;
    } finally {
      this.#syncing = false;
    }
  }
}
