import type { SendStats, SlotStats, StatsLine } from '@sylk/client';
import type { TFunction } from 'i18next';

const NB = '\u00a0';
export const rate = (bps: number): string => (bps >= 1e6 ? `${(bps / 1e6).toFixed(1)} Mbit/s` : `${Math.round(bps / 1000)} kbit/s`);
export const size = (s: SlotStats | SendStats): string => (s.width ? `${s.width}×${s.height} · ${s.fps} fps` : '');
const round = (value: number): string => String(Math.round(value * 10) / 10);

export const layerWords = (t: TFunction, line: StatsLine | undefined): string =>
  line && line.layers > 1 && line.layer !== null ? t('stats.layerOf', { layer: line.layer + 1, layers: line.layers }) : '';

export interface Numbers {
  lossPercent: number;
  jitterMs: number;
  rttMs: number | null;
  freezes?: number;
  repaired?: number;
  redundant?: number;
}

/** Loss, jitter, round trip; freezes, repairs and redundancy where there were any. */
export function lineNumbers(t: TFunction, n: Numbers): string[] {
  const parts = [`${t('stats.loss')}${NB}${round(n.lossPercent)}${NB}%`, `${t('stats.jitter')}${NB}${Math.round(n.jitterMs)}${NB}ms`];
  if (n.rttMs !== null) parts.push(`${t('stats.rttShort')}${NB}${Math.round(n.rttMs)}${NB}ms`);
  for (const key of ['freezes', 'repaired', 'redundant'] as const) if (n[key]) parts.push(`${t(`stats.${key}`)}${NB}${n[key]}`);
  return parts;
}
