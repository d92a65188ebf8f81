import { describe, expect, it, vi } from 'vitest';
import type { PeerLink } from '../../packages/client/src/media/PeerLink';
import { HomeMove } from '../../packages/client/src/session/HomeMove';
import type { Slot } from '../../packages/client/src/wire/model';

interface FakeLink { epoch: number | null; closed: boolean; pc: { connectionState: string } }
const fakeLink = (epoch: number | null): FakeLink & PeerLink => {
  const link = {
    epoch, closed: false, pc: { connectionState: 'connected' },
    firstOffer: async () => ({ seq: 2, sdp: '', publish: [], unpublish: [] }),
    acceptAnswer: async (reply: { epoch?: number }) => void (link.epoch = reply.epoch ?? null),
    adopt: async () => undefined,
    close: () => void (link.closed = true),
  };
  return link as unknown as FakeLink & PeerLink;
};
const slot = (mid: string, trackId: string | null): Slot => ({ mid, trackId, participantId: 'pt', state: 'live' }) as Slot;

function given(slots: Slot[] = []): { move: HomeMove; former: FakeLink; taken: () => [PeerLink, Record<string, Slot>][]; answer: () => void } {
  let current = fakeLink(1);
  const former = current;
  const taken: [PeerLink, Record<string, Slot>][] = [];
  let answer!: () => void;
  const answered = new Promise<void>((done) => (answer = done));
  let home = 1;
  const move = new HomeMove({
    current: () => current,
    create: () => fakeLink(null),
    negotiate: async () => { await answered; return { seq: 2, sdp: '', published: [], epoch: ++home }; },
    answered: () => undefined,
    slots: () => Object.fromEntries(slots.map((s) => [s.mid, s])),
    take: (link, held) => { current = link as FakeLink & PeerLink; taken.push([link, held]); },
  });
  return { move, former, taken: () => taken, answer };
}

describe('moving to another server', () => {
  it('uses the second connection once it brings what the first one brought, and keeps the first for the others', async () => {
    vi.useFakeTimers();
    const { move, former, taken, answer } = given([slot('2', 'tr_a')]);
    const gone = move.go(false);
    answer();
    await vi.advanceTimersByTimeAsync(1000);
    expect(taken().length).toBe(0);
    expect(move.holds({ slots: [slot('2', 'tr_a')], epoch: 2 })).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    await gone;
    expect(taken().map(([link, held]) => [link.epoch, held['2']?.trackId])).toEqual([[2, 'tr_a']]);
    expect(former.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(9000);
    expect(former.closed).toBe(true);
    vi.useRealTimers();
  });
  it('waits for nothing when the old server is dead', async () => {
    const { move, former, taken, answer } = given([slot('2', 'tr_a')]);
    answer();
    await move.go(true);
    expect([taken().length, former.closed]).toEqual([1, true]);
  });
  it('forgets what an older home still says, and holds nothing of the one in use', async () => {
    const { move, answer } = given();
    expect(move.holds({ slots: [slot('2', 'tr_a')], epoch: 1 })).toBe(false);
    answer();
    await move.go(true);
    expect(move.holds({ slots: [slot('2', null)], epoch: 1 })).toBe(true);
    expect(move.holds({ slots: [slot('2', 'tr_a')] })).toBe(false);
  });
  it('moves again when the room has moved again meanwhile, and not twice to one place', async () => {
    const { move, taken, answer } = given();
    const asked = [move.go(true, 2), move.go(true, 2), move.go(true, 3)];
    answer();
    await Promise.all(asked);
    await move.go(true, 3);
    expect(taken().map(([link]) => link.epoch)).toEqual([2, 3]);
  });
});
