import { describe, expect, it } from 'vitest';
import { countRevision, roomReducer } from '../../packages/client/src/state/roomReducer';
import { fromJoin, fromSync, type RoomSnapshot } from '../../packages/client/src/state/roomState';
import { toEvent, type HubEventName } from '../../packages/client/src/wire/events';
import type { JoinResult } from '../../packages/client/src/wire/messages';
import type { Participant } from '../../packages/client/src/wire/model';

const person = (id: string, extra: Partial<Participant> = {}): Participant => ({ id, displayName: id, kind: 'web', role: 'member', state: 'active', ...extra });
const joined = (rev = 10): RoomSnapshot => fromJoin({
  status: 'joined', sessionId: 's', resumeKey: 'k', resumeWindowMs: 30_000, rev, self: person('me'), room: { name: 'r', access: { locked: false, mode: 'open' } },
  participants: [person('me'), person('bob')], tracks: [{ trackId: 't1', participantId: 'bob', source: 'camera', kind: 'video', muted: false }], protocol: 1,
} satisfies JoinResult);
const on = (state: RoomSnapshot, type: HubEventName, payload: object, rev?: number): RoomSnapshot =>
  roomReducer(state, toEvent(type, { ...payload, ...(rev === undefined ? {} : { rev }) }));

describe('roomReducer', () => {
  it('applies the next revision and moves on', () => {
    const state = on(joined(), 'ParticipantJoined', person('eva'), 11);
    expect(Object.keys(state.participants)).toEqual(['me', 'bob', 'eva']);
    expect(state.rev).toBe(11);
  });
  it('says there is a gap and does not apply what lies behind it', () => {
    const state = on(joined(), 'ParticipantJoined', person('eva'), 12);
    expect(state.gap).toBe(true);
    expect(state.rev).toBe(10);
    expect(state.participants['eva']).toBeUndefined();
  });
  it('drops older facts and takes a second one of the same revision', () => {
    expect(on(joined(), 'ParticipantLeft', { id: 'bob' }, 9).participants['bob']).toBeDefined();
    const state = on(joined(), 'ParticipantLeft', { id: 'bob' }, 10);
    expect(state.participants['bob']).toBeUndefined();
    expect(state.rev).toBe(10);
  });
  it('takes signals whatever their revision and never sees a gap in them', () => {
    const slots = [{ mid: '8', trackId: 't1', participantId: 'bob', state: 'live' }];
    for (const rev of [3, 10, 99]) {
      const state = on(joined(), 'Slots', { slots }, rev);
      expect(state.slots['8']?.trackId).toBe('t1');
      expect([state.gap, state.rev]).toEqual([false, 10]);
    }
  });
  it('keeps the other slots when one is filled anew', () => {
    const first = on(joined(), 'Slots', { slots: [{ mid: '8', trackId: 't1', participantId: 'bob', state: 'live' }] });
    const second = on(first, 'Slots', { slots: [{ mid: '9', trackId: null, participantId: null, state: 'paused', cause: 'view' }] });
    expect(Object.keys(second.slots)).toEqual(['8', '9']);
  });
  it('forgets the tracks, the level and the dominance of those who left', () => {
    const speaking = on(joined(), 'Speakers', { dominant: 'bob', levels: [{ participantId: 'bob', level: 50 }] });
    const state = on(speaking, 'ParticipantLeft', { id: 'bob', reason: 'left' }, 11);
    expect([state.tracks, state.levels, state.dominant]).toEqual([{}, {}, null]);
  });
  it('keeps quality of both ways apart and forgets who left', () => {
    const item = (participantId: string, direction: string, score: number): object => ({ participantId, direction, score, cause: null });
    const one = on(joined(), 'Quality', { items: [item('bob', 'up', 2), item('bob', 'down', 5)] });
    const two = on(one, 'Quality', { items: [item('bob', 'up', 4), item('me', 'down', 3)] });
    expect([two.quality['bob']?.up?.score, two.quality['bob']?.down?.score, two.quality['me']?.down?.score, one.quality['bob']?.up?.score]).toEqual([4, 5, 3, 2]);
    expect(on(two, 'ParticipantLeft', { id: 'bob' }, 11).quality['bob']).toBeUndefined();
  });
  it('patches people, the room and nested access without losing the rest', () => {
    const hand = on(joined(), 'ParticipantUpdated', { id: 'bob', handRaisedAt: '2026-11-24T10:00:00.000Z' }, 11);
    expect(hand.participants['bob']).toMatchObject({ displayName: 'bob', handRaisedAt: '2026-11-24T10:00:00.000Z' });
    const locked = on(hand, 'RoomUpdated', { access: { locked: true } }, 12);
    expect(locked.room).toEqual({ name: 'r', access: { locked: true, mode: 'open' } });
  });
  it('changes nothing in place', () => {
    const before = joined();
    const text = JSON.stringify(before);
    on(before, 'TrackUpdated', { trackId: 't1', muted: true }, 11);
    expect(JSON.stringify(before)).toBe(text);
  });
  it('counts the revisions of events it has no use for', () => {
    expect(countRevision(joined(), 11).rev).toBe(11);
    expect(countRevision(joined(), 13).gap).toBe(true);
    expect(countRevision(joined(), undefined)).toEqual(joined());
  });
  it('is whole again after a full Sync and keeps its slots', () => {
    const gap = on(on(joined(), 'Slots', { slots: [{ mid: '8', trackId: 't1', participantId: 'bob', state: 'live' }] }), 'ParticipantLeft', { id: 'x' }, 15);
    const state = fromSync(gap, { rev: 15, room: { name: 'r' }, participants: [person('me')], tracks: [] });
    expect([state.gap, state.rev, Object.keys(state.participants), Object.keys(state.slots)]).toEqual([false, 15, ['me'], ['8']]);
  });
});
