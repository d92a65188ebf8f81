/** Pure arithmetic of the stage; pixels are CSS pixels. */
export type LayoutChoice = 'auto' | 'grid' | 'speaker';
export type LayoutKind = 'grid' | 'speaker' | 'duo';

export interface GridShape {
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
}
const RATIO = 16 / 9;
const MAX_COLUMNS = 5;
const NARROW_PX = 560;
export const PHONE_PX = 640;
export const DESKTOP_PAGE = 25;
export const PHONE_PAGE = 6;

/** Columns that give `count` 16:9 tiles the largest area; never more than 5 × 5, one column fewer below 560 px. */
export function gridShape(count: number, width: number, height: number, gap: number): GridShape {
  let best: GridShape = { columns: 1, rows: Math.max(1, count), tileWidth: 0, tileHeight: 0 };
  for (let columns = 1; columns <= Math.min(MAX_COLUMNS, Math.max(1, count)); columns++) {
    const shape = shapeFor(columns, count, width, height, gap);
    if (shape.tileWidth > best.tileWidth) best = shape;
  }
  if (width < NARROW_PX && best.columns > 2) return shapeFor(best.columns - 1, count, width, height, gap);
  return best;
}

function shapeFor(columns: number, count: number, width: number, height: number, gap: number): GridShape {
  const rows = Math.max(1, Math.ceil(count / columns));
  const byWidth = (width - gap * (columns - 1)) / columns;
  const byHeight = ((height - gap * (rows - 1)) / rows) * RATIO;
  const tileWidth = Math.max(0, Math.floor(Math.min(byWidth, byHeight)));
  return { columns, rows, tileWidth, tileHeight: Math.floor(tileWidth / RATIO) };
}

/** People on one page: no more than the screen takes, and no more cameras than there are slots to show them in. */
export function pageSize(phone: boolean, cameras: number, slots: number): number {
  const most = phone ? PHONE_PAGE : DESKTOP_PAGE;
  return cameras > slots ? Math.max(1, Math.min(most, slots)) : most;
}

export function chooseLayout(choice: LayoutChoice, people: number, sharing: boolean, pinned: boolean, phone: boolean): LayoutKind {
  if (choice === 'grid') return 'grid';
  if (choice === 'speaker' || sharing || pinned) return people > 1 || sharing ? 'speaker' : 'grid';
  if (people === 2) return 'duo';
  return phone ? 'speaker' : 'grid';
}

/** Largest size with the ratio that fits: what a contained tile may ask the server for. */
export function requestSize(width: number, height: number, dpr: number): { width: number; height: number } {
  const scale = Math.min(2, Math.max(1, dpr));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

export interface OrderState {
  order: readonly string[];
  promotedAt: number;
}
const PROMOTION_EVERY_MS = 2000;

/**
 * Who stands where. People keep their place; a speaker out of sight takes the place of the visible person who has been
 * silent longest, at most once in 2 s (B4.1).
 */
export function promote(state: OrderState, visible: number, dominant: string | null, spokeAt: Readonly<Record<string, number>>, now: number): OrderState {
  const from = dominant === null ? -1 : state.order.indexOf(dominant);
  if (from < visible || dominant === null || now - state.promotedAt < PROMOTION_EVERY_MS) return state;
  let quietest = 0;
  for (let i = 1; i < visible; i++) {
    if ((spokeAt[state.order[i] ?? ''] ?? 0) <= (spokeAt[state.order[quietest] ?? ''] ?? 0)) quietest = i;
  }
  const order = [...state.order];
  const displaced = order[quietest] ?? '';
  order[quietest] = dominant;
  order[from] = displaced;
  return { order, promotedAt: now };
}

/** Keeps the places of those still here, appends the new ones. */
export function mergeOrder(before: readonly string[], present: readonly string[]): readonly string[] {
  const here = new Set(present);
  const kept = before.filter((id) => here.has(id));
  const known = new Set(kept);
  const merged = [...kept, ...present.filter((id) => !known.has(id))];
  return merged.length === before.length && merged.every((id, i) => id === before[i]) ? before : merged;
}
