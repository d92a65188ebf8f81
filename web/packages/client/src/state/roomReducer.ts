import { isSignal, type HubEvent } from '../wire/events';
import type { Call, QualityItem } from '../wire/model';
import { byKey, byTime, type RoomSnapshot } from './roomState';

const MAX_REACTIONS = 12;
const MAX_ENDED_CALLS = 20;

/**
 * Pure. Facts are applied in order of `rev`: an older one is dropped, the same one may come twice, a newer one than
 * the next sets `gap` and is not applied, because `Sync` will bring it. Signals neither need nor move the revision.
 */
export function roomReducer(state: RoomSnapshot, event: HubEvent): RoomSnapshot {
  if (isSignal(event.type) || event.rev === undefined) return apply(state, event);
  if (event.rev < state.rev) return state;
  if (event.rev > state.rev + 1) return state.gap ? state : { ...state, gap: true };
  const next = apply(state, event);
  return event.rev === state.rev ? next : { ...next, rev: event.rev };
}

/** An event this client only counts. */
export function countRevision(state: RoomSnapshot, rev: number | undefined): RoomSnapshot {
  if (rev === undefined || rev <= state.rev) return state;
  return rev === state.rev + 1 ? { ...state, rev } : { ...state, gap: true };
}

function apply(state: RoomSnapshot, event: HubEvent): RoomSnapshot {
  switch (event.type) {
    case 'RoomUpdated':
      return { ...state, room: { ...state.room, ...event.data, access: { ...state.room.access, ...event.data.access }, ...(event.data.features ? { features: { ...state.room.features, ...event.data.features } } : {}) } };
    case 'ParticipantJoined':
      return { ...state, participants: { ...state.participants, [event.data.id]: event.data } };
    case 'ParticipantUpdated':
      return patchParticipant(state, event.data.id, event.data);
    case 'ParticipantLeft':
      return withoutParticipant(state, event.data.id);
    case 'SelfChanged':
      return patchParticipant(state, state.selfId, event.data);
    case 'TrackPublished':
      return { ...state, tracks: { ...state.tracks, [event.data.trackId]: event.data } };
    case 'TrackUpdated': {
      const track = state.tracks[event.data.trackId];
      return track ? { ...state, tracks: { ...state.tracks, [track.trackId]: { ...track, ...event.data } } } : state;
    }
    case 'TrackUnpublished':
      return { ...state, tracks: without(state.tracks, event.data.trackId) };
    case 'WaitingChanged':
      return { ...state, waiting: event.data.waiting };
    case 'Slots':
      return { ...state, slots: { ...state.slots, ...byKey(event.data.slots, (s) => s.mid) } };
    case 'Speakers':
      return {
        ...state,
        dominant: event.data.dominant ?? null,
        levels: Object.fromEntries(event.data.levels.map((l) => [l.participantId, l.level])),
      };
    case 'Quality':
      return { ...state, quality: withQuality(state.quality, event.data.items) };
    case 'Reaction': {
      const key = (state.reactions.at(-1)?.key ?? 0) + 1;
      return { ...state, reactions: [...state.reactions, { key, ...event.data }].slice(-MAX_REACTIONS) };
    }
    case 'SpotlightChanged':
      return { ...state, spotlight: event.data.trackIds };
    case 'FileShared':
      return { ...state, files: byTime([...state.files.filter((f) => f.id !== event.data.file.id), event.data.file]) };
    case 'FileRemoved':
      return { ...state, files: state.files.filter((f) => f.id !== event.data.fileId) };
    case 'CallChanged':
      return { ...state, calls: withCall(state.calls, event.data) };
    case 'RecordingChanged':
      return { ...state, recording: event.data.state === 'recording' || event.data.state === 'started' };
    default:
      return state;
  }
}

/** The newest stay when there are too many; those that go on always do. */
function withCall(known: RoomSnapshot['calls'], call: Call): RoomSnapshot['calls'] {
  const all = { ...known, [call.id]: call };
  const ended = Object.values(all).filter((c) => c.state === 'ended');
  for (const old of ended.slice(0, Math.max(0, ended.length - MAX_ENDED_CALLS))) delete all[old.id];
  return all;
}

function withQuality(known: RoomSnapshot['quality'], items: readonly QualityItem[]): RoomSnapshot['quality'] {
  const next = { ...known };
  for (const item of items) next[item.participantId] = { ...next[item.participantId], [item.direction]: item };
  return next;
}

function patchParticipant(state: RoomSnapshot, id: string, patch: object): RoomSnapshot {
  const known = state.participants[id];
  return known ? { ...state, participants: { ...state.participants, [id]: { ...known, ...patch } } } : state;
}

function withoutParticipant(state: RoomSnapshot, id: string): RoomSnapshot {
  const tracks = Object.fromEntries(Object.entries(state.tracks).filter(([, t]) => t.participantId !== id));
  return {
    ...state,
    participants: without(state.participants, id),
    tracks,
    levels: without(state.levels, id),
    quality: without(state.quality, id),
    dominant: state.dominant === id ? null : state.dominant,
  };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!(key in record)) return record;
  const { [key]: _, ...rest } = record;
  return rest;
}
