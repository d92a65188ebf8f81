import { describe, expect, it } from 'vitest';
import { chooseLayout, gridShape, mergeOrder, pageSize, promote, requestSize } from '../../app/src/room/layout';

describe('gridShape', () => {
  it.each([[1, 1], [2, 2], [4, 2], [6, 3], [9, 3], [16, 4], [25, 5]])('%i tiles on a 16:9 stage stand in %i columns', (count, columns) => {
    expect(gridShape(count, 1600, 900, 10).columns).toBe(columns);
  });
  it('never overflows the stage', () => {
    for (let count = 1; count <= 25; count++) {
      for (const [w, h] of [[1600, 900], [900, 700], [390, 660], [320, 320], [1920, 400]] as const) {
        const s = gridShape(count, w, h, 10);
        expect(s.columns * s.tileWidth + (s.columns - 1) * 10).toBeLessThanOrEqual(w);
        expect(s.rows * s.tileHeight + (s.rows - 1) * 10).toBeLessThanOrEqual(h);
        expect(s.columns).toBeLessThanOrEqual(5);
      }
    }
  });
  it('has one column fewer below 560 px', () => {
    expect(gridShape(9, 559, 320, 10).columns).toBe(gridShape(9, 560, 320, 10).columns - 1);
  });
});

describe('B4.2 pages', () => {
  it('hold 25 people, 6 on a phone', () => expect([pageSize(false, 9, 9), pageSize(true, 4, 4)]).toEqual([25, 6]));
  it('hold no more than can be shown when there are more cameras than slots', () => expect([pageSize(false, 20, 9), pageSize(true, 6, 4)]).toEqual([9, 4]));
});

describe('B4 the automatic layout', () => {
  it.each([
    ['two people', 2, false, false, false, 'duo'], ['a group', 6, false, false, false, 'grid'], ['someone shares', 6, true, false, false, 'speaker'],
    ['someone is pinned', 6, false, true, false, 'speaker'], ['a phone', 5, false, false, true, 'speaker'], ['alone', 1, false, false, false, 'grid'], ['alone on a phone', 1, false, false, true, 'speaker'],
  ] as const)('%s', (_, people, sharing, pinned, phone, kind) => expect(chooseLayout('auto', people, sharing, pinned, phone)).toBe(kind));
});

describe('B4.1 who stands where', () => {
  const order = ['a', 'b', 'c', 'd'];
  it('moves nobody because a visible person spoke', () => {
    const state = { order, promotedAt: -9999 };
    expect(promote(state, 2, 'b', {}, 0)).toBe(state);
  });
  it('puts a hidden speaker in the place of the one silent longest', () => {
    expect(promote({ order, promotedAt: -9999 }, 2, 'd', { a: 100, b: 50 }, 200).order).toEqual(['a', 'd', 'c', 'b']);
  });
  it('promotes at most once in 2 s', () => {
    const once = promote({ order, promotedAt: -9999 }, 2, 'd', {}, 1000);
    expect(promote(once, 2, 'c', {}, 2999)).toBe(once);
    expect(promote(once, 2, 'c', {}, 3000).order).not.toEqual(once.order);
  });
  it('keeps places when people come and go', () => {
    expect(mergeOrder(['b', 'a'], ['a', 'b', 'c'])).toEqual(['b', 'a', 'c']);
    expect(mergeOrder(['b', 'a', 'c'], ['a', 'c'])).toEqual(['a', 'c']);
    expect(mergeOrder(order, order)).toBe(order);
  });
});

it('asks for the element’s pixels, at most twice its size', () => {
  expect([requestSize(320, 180, 1), requestSize(320, 180, 3), requestSize(320, 180, 0.5)]).toEqual([{ width: 320, height: 180 }, { width: 640, height: 360 }, { width: 320, height: 180 }]);
});
