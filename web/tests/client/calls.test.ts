import { describe, expect, it } from 'vitest';
import { SylkError } from '../../packages/client/src/errors';
import { RoomCalls } from '../../packages/client/src/session/RoomCalls';
import { INITIAL_STATE, type SessionState } from '../../packages/client/src/session/state';
import { roomReducer } from '../../packages/client/src/state/roomReducer';
import { EMPTY_ROOM, fromJoin } from '../../packages/client/src/state/roomState';
import { Store } from '../../packages/client/src/state/Store';
import { COUNTED_ONLY, EVENT_NAMES, toEvent } from '../../packages/client/src/wire/events';
import type { JoinResult } from '../../packages/client/src/wire/messages';
import type { Call } from '../../packages/client/src/wire/model';

const call = (id: string, more: Partial<Call> = {}): Call => ({ id, direction: 'out', state: 'ringing', to: 'sip:bob@example.net', by: 'me', startedAt: '2026-11-27T10:00:00Z', ...more });
const changed = (rev: number, c: Call): ReturnType<typeof toEvent> => toEvent('CallChanged', { rev, ...c });

function bench(answer: (method: string, request: unknown) => unknown = () => ({ callId: 'c1' })): { calls: RoomCalls; store: Store<SessionState>; asked: unknown[][] } {
  const store = new Store<SessionState>({ ...INITIAL_STATE, room: { ...EMPTY_ROOM, selfId: 'me' } });
  const asked: unknown[][] = [];
  const calls = new RoomCalls({ store, invoke: (async (method: string, request: unknown) => { asked.push([method, request]); return answer(method, request); }) as never });
  return { calls, store, asked };
}

describe('calls in the room’s facts', () => {
  it('are heard of by CallChanged, which moves the revision', () => {
    expect([EVENT_NAMES.includes('CallChanged'), COUNTED_ONLY]).toEqual([true, []]);
    const one = roomReducer({ ...EMPTY_ROOM, rev: 4 }, changed(5, call('c1')));
    const two = roomReducer(one, changed(6, call('c1', { state: 'ended', end: { code: 'callee_busy', side: 'them', sip: { status: 486, reason: 'Busy Here' } } })));
    expect([one.rev, one.calls['c1']?.state, two.rev, two.calls['c1']?.end?.code, Object.keys(two.calls)]).toEqual([5, 'ringing', 6, 'callee_busy', ['c1']]);
  });
  it('keep every call that goes on and the last twenty that are over', () => {
    let room = roomReducer(EMPTY_ROOM, changed(1, call('up', { state: 'answered' })));
    for (let i = 0; i < 25; i++) room = roomReducer(room, changed(i + 2, call(`e${i}`, { state: 'ended' })));
    expect([Object.keys(room.calls).length, 'up' in room.calls, 'e4' in room.calls, 'e5' in room.calls]).toEqual([21, true, false, true]);
  });
  it('outlive a reconnect of the same session, and no other', () => {
    const before = { ...EMPTY_ROOM, sessionId: 's1', calls: { c1: call('c1') } };
    const result = (sessionId: string): JoinResult => ({ status: 'joined', sessionId, resumeKey: '', resumeWindowMs: 0, protocol: 1, self: { id: 'me', displayName: 'Me', kind: 'web', role: 'member', state: 'active' }, room: { name: 'r' }, participants: [], tracks: [] });
    expect([fromJoin(result('s1'), before).calls, fromJoin(result('s2'), before).calls]).toEqual([before.calls, {}]);
  });
});

describe('session.calls', () => {
  it('dials with what is given and shows the call at once', async () => {
    const { calls, asked } = bench();
    expect(await calls.dial('+31201234567', { displayName: 'Desk', role: 'listener' })).toBe('c1');
    expect(asked).toEqual([['Dial', { address: '+31201234567', displayName: 'Desk', role: 'listener' }]]);
    expect(calls.list).toMatchObject([{ id: 'c1', direction: 'out', state: 'dialing', to: '+31201234567', displayName: 'Desk', by: 'me' }]);
  });
  it('believes the server’s word that came before the reply', async () => {
    const { calls, store } = bench();
    store.update((s) => ({ ...s, room: roomReducer(s.room, changed(1, call('c1'))) }));
    await calls.dial('sip:bob@example.net:5070');
    expect(calls.list.map((c) => [c.to, calls.addressOf(c)])).toEqual([['sip:bob@example.net', 'sip:bob@example.net:5070']]);
    expect(calls.list.map((c) => c.state)).toEqual(['ringing']);
  });
  it('tells of each call that is new or has changed, until it is told to stop', () => {
    const { calls, store } = bench();
    const heard: string[] = [];
    const stop = calls.subscribe((c) => heard.push(`${c.id} ${c.state}`));
    const say = (rev: number, c: Call): void => store.update((s) => ({ ...s, room: roomReducer(s.room, changed(rev, c)) }));
    say(1, call('c1'));
    say(2, call('c2', { state: 'dialing' }));
    say(3, call('c1', { state: 'answered' }));
    stop();
    say(4, call('c1', { state: 'ended' }));
    expect(heard).toEqual(['c1 ringing', 'c2 dialing', 'c1 answered']);
  });
  it('hangs up and presses keys by the call’s id', async () => {
    const { calls, asked } = bench(() => undefined);
    await calls.hangUp('c7');
    await calls.sendDtmf('c7', '12#');
    await calls.hold('c7', true);
    await calls.transfer('c7', 'support');
    expect(asked).toEqual([['HangUp', { callId: 'c7' }], ['SendDtmf', { callId: 'c7', digits: '12#' }], ['HoldCall', { callId: 'c7', held: true }], ['TransferCall', { callId: 'c7', to: 'support' }]]);
  });
  it('takes a call the server has forgotten for ended, and passes on every other refusal', async () => {
    let code = 'room_not_found';
    const { calls, store } = bench(() => { throw new SylkError(code); });
    store.update((s) => ({ ...s, room: { ...s.room, calls: { c1: call('c1') } } }));
    await calls.hangUp('c1');
    expect(calls.list).toMatchObject([{ state: 'ended', end: { code: 'completed', side: 'us' } }]);
    code = 'capability_missing';
    await expect(calls.hangUp('c1')).rejects.toMatchObject({ code: 'capability_missing' });
    await expect(calls.dial('x')).rejects.toMatchObject({ code: 'capability_missing' });
  });
  it('forgets what is over, and nothing that goes on', () => {
    const { calls, store } = bench();
    store.update((s) => ({ ...s, room: { ...s.room, calls: { c1: call('c1'), c2: call('c2', { state: 'ended' }) } } }));
    for (const id of ['c1', 'c2', 'none']) calls.dismiss(id);
    expect(calls.list.map((c) => c.id)).toEqual(['c1']);
  });
});
