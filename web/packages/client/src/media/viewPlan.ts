import type { ViewSlot } from '../wire/messages';

/** What one visible tile wants to see. */
export interface WantedVideo {
  trackId: string;
  /** Physical pixels. */
  width: number;
  height: number;
  priority: number;
}

/**
 * Gives every wanted track a slot. A track that stays keeps its slot (changing it would cost a keyframe); when there
 * are more tracks than slots, the higher priority wins and the order given breaks ties.
 */
export function planView(before: readonly ViewSlot[], wanted: readonly WantedVideo[], mids: readonly string[]): ViewSlot[] {
  const chosen = new Map(
    [...wanted].sort((a, b) => b.priority - a.priority).slice(0, mids.length).map((w) => [w.trackId, w]),
  );
  const byMid = new Map<string, WantedVideo>();
  for (const slot of before) {
    const trackId = slot.want && 'trackId' in slot.want ? slot.want.trackId : null;
    const keep = trackId !== null && mids.includes(slot.mid) ? chosen.get(trackId) : undefined;
    if (!keep) continue;
    byMid.set(slot.mid, keep);
    chosen.delete(keep.trackId);
  }
  const rest = [...chosen.values()];
  for (const mid of mids) if (!byMid.has(mid) && rest.length > 0) byMid.set(mid, rest.shift() as WantedVideo);
  return mids.map((mid) => {
    const w = byMid.get(mid);
    return w
      ? { mid, want: { trackId: w.trackId }, width: w.width, height: w.height, priority: w.priority }
      : { mid, want: null, width: 0, height: 0, priority: 0 };
  });
}
