import { describe, expect, it } from 'vitest';
import { HubChannel } from '../../packages/client/src/session/HubChannel';
import { RoomFacts } from '../../packages/client/src/session/RoomFacts';
import { INITIAL_STATE, type SessionState } from '../../packages/client/src/session/state';
import { Store } from '../../packages/client/src/state/Store';
import type { HubEvent } from '../../packages/client/src/wire/events';
import type { HubPort } from '../../packages/client/src/wire/HubPort';

interface FakeHub extends HubPort { emit: (event: string, payload: Record<string, unknown>) => void; close: () => void; stopped: boolean }
function fakeHub(): FakeHub {
  const handlers = new Map<string, (payload: Record<string, unknown>) => void>();
  let closed = (): void => undefined;
  return {
    stopped: false, start: async () => undefined, async stop() { this.stopped = true; }, invoke: async () => ({ ok: true, value: 7 }), send: () => undefined,
    on: (event, handler) => void handlers.set(event, handler), onClose: (handler) => void (closed = handler),
    emit: (event, payload) => handlers.get(event)?.(payload), close: () => closed(),
  };
}
function channel(): { channel: HubChannel; hubs: FakeHub[]; seen: string[]; lost: () => number } {
  const hubs: FakeHub[] = [];
  const seen: string[] = [];
  let lost = 0;
  const made = new HubChannel('/x', () => hubs[hubs.push(fakeHub()) - 1] as FakeHub, { onEvent: (e) => seen.push(e.type), onRevision: () => seen.push('rev'), onLost: () => lost++ });
  return { channel: made, hubs, seen, lost: () => lost };
}

describe('the hub connection', () => {
  it('holds events until the room is known, then lets them through in order', async () => {
    const { channel: c, hubs, seen } = channel();
    await c.connect();
    hubs[0]?.emit('ParticipantJoined', { rev: 2, id: 'a' });
    hubs[0]?.emit('TrackPublished', { rev: 3, trackId: 't' });
    expect(seen).toEqual([]);
    c.release();
    hubs[0]?.emit('RoomUpdated', { rev: 4 });
    expect(seen).toEqual(['ParticipantJoined', 'TrackPublished', 'RoomUpdated']);
  });
  it('takes a message of many facts as the facts one by one, held back like others', async () => {
    const { channel: c, hubs, seen } = channel();
    await c.connect();
    hubs[0]?.emit('Facts', { rev: 3, events: [{ type: 'ParticipantJoined', rev: 2, id: 'a' }, { type: 'TrackPublished', rev: 3, trackId: 't' }] });
    expect(seen).toEqual([]);
    c.release();
    hubs[0]?.emit('Facts', { rev: 4, events: [{ type: 'ParticipantLeft', rev: 4, id: 'a' }] });
    expect(seen).toEqual(['ParticipantJoined', 'TrackPublished', 'ParticipantLeft']);
  });
  it('never holds what ends a wait', async () => {
    const { channel: c, hubs, seen } = channel();
    await c.connect();
    for (const name of ['Admitted', 'Denied', 'Disconnect']) hubs[0]?.emit(name, {});
    expect(seen).toEqual(['Admitted', 'Denied', 'Disconnect']);
  });
  it('hears nothing of a connection it has replaced', async () => {
    const { channel: c, hubs, seen, lost } = channel();
    await c.connect();
    await c.connect();
    c.release();
    hubs[0]?.emit('RoomUpdated', { rev: 9 });
    hubs[0]?.close();
    expect([seen, lost(), hubs[0]?.stopped]).toEqual([[], 0, true]);
    hubs[1]?.close();
    expect(lost()).toBe(1);
  });
  it('refuses calls without a connection', async () => {
    await expect(channel().channel.invoke('Leave', {})).rejects.toMatchObject({ code: 'connection_failed' });
  });
});

describe('the room’s facts', () => {
  const joined = (rev: number, id: string): HubEvent => ({ type: 'ParticipantJoined', rev, data: { id, displayName: id, kind: 'web', role: 'member', state: 'active' } }) as HubEvent;
  it('asks once after a gap and takes what it is told', async () => {
    const store = new Store<SessionState>(INITIAL_STATE);
    const asked: number[] = [];
    const facts = new RoomFacts(store, async (lastRev) => {
      asked.push(lastRev);
      return { rev: 5, participants: [{ id: 'b', displayName: 'B', kind: 'web', role: 'member', state: 'active' }] };
    });
    facts.apply(joined(1, 'a'));
    facts.apply(joined(4, 'x'));
    facts.apply(joined(5, 'y'));
    await new Promise((r) => setImmediate(r));
    expect([asked, store.snapshot.room.rev, store.snapshot.room.gap, Object.keys(store.snapshot.room.participants)]).toEqual([[1], 5, false, ['b']]);
  });
});
