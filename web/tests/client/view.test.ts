import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { planView, type WantedVideo } from '../../packages/client/src/media/viewPlan';
import { Viewer } from '../../packages/client/src/session/Viewer';
import type { ViewRequest, ViewSlot } from '../../packages/client/src/wire/messages';

const want = (trackId: string, priority = 5): WantedVideo => ({ trackId, width: 640, height: 360, priority });
const shown = (slots: ViewSlot[]): Record<string, string | null> =>
  Object.fromEntries(slots.map((s) => [s.mid, s.want && 'trackId' in s.want ? s.want.trackId : null]));

describe('planView', () => {
  it('fills slots in order and leaves the rest empty', () => {
    expect(shown(planView([], [want('a'), want('b')], ['8', '9', '10']))).toEqual({ 8: 'a', 9: 'b', 10: null });
  });
  it('leaves a track in the slot it has', () => {
    const before = planView([], [want('a'), want('b')], ['8', '9']);
    expect(shown(planView(before, [want('c'), want('b')], ['8', '9']))).toEqual({ 8: 'c', 9: 'b' });
  });
  it('gives the few slots there are to the highest priority', () => {
    expect(shown(planView([], [want('a', 3), want('b', 9), want('c', 5)], ['8', '9']))).toEqual({ 8: 'b', 9: 'c' });
  });
  it('updates the size of a track that stays', () => {
    const before = planView([], [want('a')], ['8']);
    expect(planView(before, [{ ...want('a'), width: 1280, height: 720 }], ['8'])[0]).toMatchObject({ width: 1280, height: 720 });
  });
});

describe('Viewer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const watch = (): { viewer: Viewer; sent: ViewRequest[] } => {
    const sent: ViewRequest[] = [];
    return { viewer: new Viewer(() => ['8'], (r) => sent.push(r)), sent };
  };
  it('tells the server once for many changes within 200 ms', () => {
    const { viewer, sent } = watch();
    viewer.want([want('a')]);
    vi.advanceTimersByTime(199);
    viewer.want([want('b')]);
    expect(sent).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([{ viewRev: 1, slots: [{ mid: '8', want: { trackId: 'b' }, width: 640, height: 360, priority: 5 }], audio: { mode: 'auto' }, paused: false }]);
  });
  it('keeps quiet when nothing differs, pauses when hidden, and repeats itself after a reset', () => {
    const { viewer, sent } = watch();
    const step = (act: () => void): number => { act(); vi.advanceTimersByTime(200); return sent.length; };
    expect([step(() => viewer.want([want('a')])), step(() => viewer.want([want('a')])), step(() => viewer.pause(true)), step(() => viewer.reset())]).toEqual([1, 1, 2, 3]);
    expect(sent.map((s) => [s.viewRev, s.paused])).toEqual([[1, false], [2, true], [3, true]]);
  });
});
