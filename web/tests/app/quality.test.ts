import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import en from '../../app/src/i18n/locales/en.json';
import { barsFor, isSoundOnly, pausedWords, qualityWords, worse } from '../../app/src/room/quality';
import { layerWords, lineNumbers } from '../../app/src/room/statsWords';
import type { StatsLine } from '../../packages/client/src/wire/messages';
import type { QualityItem, Slot, Track } from '../../packages/client/src/wire/model';

/** The catalogue itself, so that words are judged and not keys. */
const t = ((key: string, values: Record<string, unknown> = {}) => {
  const text = key.split('.').reduce<unknown>((tree, part) => (tree as Record<string, unknown>)[part], en);
  if (typeof text !== 'string') throw new Error(`no words for ${key}`);
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
}) as unknown as TFunction;
const item = (score: number, direction: 'up' | 'down', cause?: QualityItem['cause']): QualityItem => ({ participantId: 'a', score, direction, ...(cause ? { cause } : {}) });

describe('quality for people', () => {
  it('has words for every score and cause', () => {
    for (const score of [1, 2, 3, 4, 5]) expect(qualityWords(t, item(score, 'up')).length).toBeGreaterThan(10);
    for (const cause of ['loss', 'jitter', 'delay', 'bandwidth', 'freeze', 'cpu'] as const) expect(qualityWords(t, item(2, 'up', cause))).toMatch(/^Weak connection: .{8,}/);
    expect(qualityWords(t, null)).toBe('Very good connection');
  });
  it('takes the worse of both ways, and what is known when one is not', () => {
    expect([worse(undefined), worse({ up: item(5, 'up') })?.score, worse({ up: item(4, 'up'), down: item(2, 'down') })?.direction]).toEqual([null, 5, 'down']);
  });
  it('shows fewer bars for less', () => expect([1, 2, 3, 4, 5].map(barsFor)).toEqual([1, 1, 2, 3, 4]));
});

describe('pictures that are not sent', () => {
  it.each(['bandwidth', 'view', 'muted'] as const)('say why: %s', (cause) => expect(pausedWords(t, { state: 'paused', cause }).length).toBeGreaterThan(8));
  it('say nothing while they come', () => expect([pausedWords(t, { state: 'live' }), pausedWords(t, undefined)]).toEqual(['', '']));
  const track = (trackId: string, muted = false): Track => ({ trackId, participantId: 'p', source: 'camera', kind: 'video', muted });
  const slot = (mid: string, trackId: string, more: Partial<Slot>): Slot => ({ mid, trackId, participantId: 'p', state: 'live', ...more });
  const held = { state: 'paused', cause: 'bandwidth' } as const;
  it('are noticed when none is left', () => {
    const tracks = { a: track('a'), b: track('b'), c: track('c', true) };
    expect(isSoundOnly({ 1: slot('1', 'a', held), 2: slot('2', 'b', held), 3: slot('3', 'c', { state: 'paused', cause: 'muted' }) }, tracks)).toBe(true);
    expect(isSoundOnly({ 1: slot('1', 'a', held), 2: slot('2', 'b', {}) }, tracks)).toBe(false);
    expect(isSoundOnly({ 3: slot('3', 'c', { state: 'paused', cause: 'muted' }) }, tracks)).toBe(false);
  });
});

describe('numbers', () => {
  const line = { layer: 1, layers: 3, lossPercent: 1.26, jitterMs: 3.4, rttMs: null, freezes: 2, repaired: 0, redundant: 7 } as StatsLine;
  it('name what there is and leave out what there is not', () => {
    expect(lineNumbers(t, line).map((text) => text.replaceAll('\u00a0', ' '))).toEqual(['Loss 1.3 %', 'Jitter 3 ms', 'Freezes 2', 'Redundant 7']);
    expect([layerWords(t, line), layerWords(t, { ...line, layer: null }), layerWords(t, { ...line, layers: 1 })]).toEqual(['size 2 of 3', '', '']);
  });
});
