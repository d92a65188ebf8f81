import type { QualityItem, RoomSnapshot, Slot } from '@sylk/client';
import type { TFunction } from 'i18next';

/** From here on nobody needs to be told. */
export const GOOD = 4;
const BEST = 5;

export type BothWays = RoomSnapshot['quality'][string];

/** The worse of the two ways; nothing known means nothing wrong. */
export function worse(both: BothWays | undefined): QualityItem | null {
  const { up, down } = both ?? {};
  if (!up || !down) return up ?? down ?? null;
  return down.score < up.score ? down : up;
}

export function qualityWords(t: TFunction, item: QualityItem | null | undefined): string {
  const level = t(`quality.level.${item?.score ?? BEST}`);
  return item?.cause ? `${level}: ${t(`quality.cause.${item.cause}`)}` : level;
}

/** Bars of four: the lowest score still shows one. */
export const barsFor = (score: number): number => Math.max(1, Math.min(4, score - 1));

/** Words for a picture that is not sent; none while it is, or while nothing is meant to be there. */
export function pausedWords(t: TFunction, slot: Pick<Slot, 'state' | 'cause'> | undefined): string {
  return slot?.state === 'paused' && slot.cause ? t(`room.pausedFor.${slot.cause}`) : '';
}

/** The link carries sound only: every picture that is meant to be there is held back for it. */
export function isSoundOnly(slots: RoomSnapshot['slots'], tracks: RoomSnapshot['tracks']): boolean {
  const pictures = Object.values(slots).filter((s) => s.trackId && tracks[s.trackId]?.kind === 'video' && !tracks[s.trackId]?.muted);
  return pictures.length > 0 && pictures.every((s) => s.state === 'paused' && s.cause === 'bandwidth');
}
