import type { JoinResult, SyncResult } from '../wire/messages';
import type { Call, FileInfo, Participant, QualityItem, RoomInfo, Slot, Track, Waiting } from '../wire/model';

export interface ShownReaction {
  key: number;
  participantId: string;
  emoji: string;
}

/** Everything the server has told us about the room. Never mutated. */
export interface RoomSnapshot {
  readonly rev: number;
  /** A revision was skipped: what follows cannot be trusted until `Sync` answered. */
  readonly gap: boolean;
  readonly sessionId: string;
  readonly selfId: string;
  readonly room: RoomInfo;
  readonly participants: Readonly<Record<string, Participant>>;
  readonly tracks: Readonly<Record<string, Track>>;
  readonly slots: Readonly<Record<string, Slot>>;
  readonly dominant: string | null;
  readonly levels: Readonly<Record<string, number>>;
  readonly quality: Readonly<Record<string, Readonly<Partial<Record<QualityItem['direction'], QualityItem>>>>>;
  readonly waiting: readonly Waiting[];
  readonly reactions: readonly ShownReaction[];
  readonly spotlight: readonly string[];
  readonly recording: boolean;
  /** By id, in the order they began; only those who may know of them are told. */
  readonly calls: Readonly<Record<string, Call>>;
  /** Oldest first. */
  readonly files: readonly FileInfo[];
}

export const EMPTY_ROOM: RoomSnapshot = {
  rev: 0, gap: false, sessionId: '', selfId: '', room: { name: '' }, participants: {}, tracks: {}, slots: {},
  dominant: null, levels: {}, quality: {}, waiting: [], reactions: [], spotlight: [], recording: false, calls: {}, files: [],
};

export const byKey = <T>(items: readonly T[] | undefined, key: (item: T) => string): Record<string, T> =>
  Object.fromEntries((items ?? []).map((item) => [key(item), item]));

export const byTime = (files: readonly FileInfo[]): readonly FileInfo[] =>
  [...files].sort((a, b) => a.timestamp.localeCompare(b.timestamp) || a.id.localeCompare(b.id));

export function fromJoin(result: JoinResult, before: RoomSnapshot = EMPTY_ROOM): RoomSnapshot {
  const participants = byKey(result.participants, (p) => p.id);
  participants[result.self.id] ??= result.self;
  return {
    ...EMPTY_ROOM,
    slots: before.slots,
    waiting: result.waiting ?? [],
    spotlight: result.spotlight ?? [],
    calls: before.sessionId === result.sessionId ? before.calls : {},
    files: byTime(result.files ?? []),
    rev: result.rev ?? result.room.rev ?? 0,
    sessionId: result.sessionId,
    selfId: result.self.id,
    room: result.room,
    participants,
    tracks: byKey(result.tracks, (t) => t.trackId),
  };
}

/** A full `Sync` answer replaces the facts; slots, speakers and the like belong to another lane and stay. */
export function fromSync(state: RoomSnapshot, result: SyncResult): RoomSnapshot {
  return {
    ...state,
    gap: false,
    rev: result.rev ?? result.room?.rev ?? state.rev,
    room: result.room ?? state.room,
    waiting: result.waiting ?? state.waiting,
    spotlight: result.spotlight ?? state.spotlight,
    files: result.files ? byTime(result.files) : state.files,
    participants: result.participants ? byKey(result.participants, (p) => p.id) : state.participants,
    tracks: result.tracks ? byKey(result.tracks, (t) => t.trackId) : state.tracks,
  };
}
