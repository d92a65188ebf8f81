import type { WantedVideo } from '@sylk/client';
import { useEffect, useMemo, useRef, useState } from 'react';
import { chooseLayout, gridShape, mergeOrder, pageSize, PHONE_PX, promote, requestSize, type GridShape, type LayoutChoice, type LayoutKind } from './layout';
import { useRoom, useSession } from './session';
import { presentPeople, screenTiles, tileFor, type TileModel } from './tiles';

export interface StageModel {
  kind: LayoutKind;
  phone: boolean;
  main: TileModel | null;
  /** Two to four that are in the spotlight for everyone; they share the place of the main picture. */
  spots: TileModel[];
  spotShape: GridShape;
  tiles: TileModel[];
  shape: GridShape;
  page: number;
  pages: number;
}
export const GAP = 10;
const STRIP_WIDTH = 200;
const STRIP_HEIGHT = 96;
const LOUD = 12;

export interface StageWish {
  choice: LayoutChoice;
  pinned: string | null;
  page: number;
  hideSelf: boolean;
}

/** Everything the stage shows, from the room's facts, the person's wishes and the pixels there are. */
export function useStage(size: { width: number; height: number }, wish: StageWish): StageModel {
  const session = useSession();
  const room = useRoom((s) => s.room);
  const speaker = useStableSpeaker(room.dominant, room.selfId);
  const phone = innerWidth < PHONE_PX;
  const people = useMemo(() => presentPeople(room), [room.participants]);
  const screens = useMemo(() => screenTiles(room), [room.participants, room.tracks]);
  const remote = people.filter((p) => !(wish.hideSelf && p.id === room.selfId && people.length > 1));
  const cameras = Object.values(room.tracks).filter((t) => t.source === 'camera' && t.participantId !== room.selfId).length;
  const slots = Math.max(1, (session.link?.slotMids('video').length ?? 9) - screens.length);
  const perPage = pageSize(phone, cameras, slots);
  const order = useOrder(remote.map((p) => p.id), perPage, speaker, room.levels);
  const all = order.flatMap((id) => {
    const p = room.participants[id];
    return p ? [tileFor(room, p)] : [];
  });

  const ownPin = [...screens, ...all].find((t) => t.key === wish.pinned);
  const lit = ownPin ? [] : spotlit(room.spotlight, all, screens);
  const pinned = ownPin ?? lit[0];
  const kind = chooseLayout(wish.choice, all.length, screens.length > 0, !!pinned, phone);
  const others = all.filter((t) => !t.self);
  const main = kind === 'grid' ? null : (pinned ?? screens[0] ?? all.find((t) => t.key === speaker) ?? others[0] ?? all[0] ?? null);
  const spots = kind === 'speaker' && lit.length > 1 ? lit : [];
  const large = new Set([main?.key, ...spots.map((t) => t.key)]);
  const rest = kind === 'grid' ? [...screens, ...all] : [...screens, ...all].filter((t) => !large.has(t.key));
  const pages = Math.max(1, Math.ceil(rest.length / perPage));
  const page = Math.min(wish.page, pages - 1);
  const tiles = rest.slice(page * perPage, (page + 1) * perPage);
  const shape = gridShape(tiles.length, size.width, size.height, GAP);

  const spotShape = gridShape(spots.length, size.width, size.height, GAP);

  useRequest(kind, spots.length > 0 ? spots : main ? [main] : [], spots.length > 0 ? { width: spotShape.tileWidth, height: spotShape.tileHeight } : size, tiles, shape);
  return { kind, phone, main, spots, spotShape, tiles, shape, page, pages };
}

/** Pure: the pictures in the spotlight, in the order a moderator put them there. */
export const spotlit = (trackIds: readonly string[], ...lists: TileModel[][]): TileModel[] =>
  trackIds.flatMap((id) => lists.flat().find((t) => t.track?.trackId === id) ?? []);

function useRequest(kind: LayoutKind, large: readonly TileModel[], largeSize: { width: number; height: number }, tiles: readonly TileModel[], shape: GridShape): void {
  const { viewer } = useSession();
  const wanted: WantedVideo[] = [];
  const add = (tile: TileModel, width: number, height: number, priority: number): void => {
    if (!tile.self && tile.track && !tile.track.muted && width > 0) wanted.push({ trackId: tile.track.trackId, priority, ...requestSize(width, height, devicePixelRatio) });
  };
  for (const tile of large) add(tile, largeSize.width, largeSize.height, 9);
  for (const tile of tiles) {
    if (kind === 'grid') add(tile, shape.tileWidth, shape.tileHeight, 5);
    else add(tile, STRIP_WIDTH, STRIP_HEIGHT, 3);
  }
  const text = JSON.stringify(wanted);
  useEffect(() => viewer.want(JSON.parse(text) as WantedVideo[]), [viewer, text]);
  useEffect(() => {
    const changed = (): void => viewer.pause(document.hidden);
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, [viewer]);
}

/** The last person other than me who was dominant: a main picture that jumps to oneself helps nobody. */
function useStableSpeaker(dominant: string | null, selfId: string): string | null {
  const last = useRef<string | null>(null);
  if (dominant && dominant !== selfId) last.current = dominant;
  return last.current;
}

function useOrder(present: readonly string[], visible: number, speaker: string | null, levels: Readonly<Record<string, number>>): readonly string[] {
  const [state, setState] = useState({ order: present, promotedAt: 0 });
  const spokeAt = useRef<Record<string, number>>({});
  const key = present.join(' ');
  useEffect(() => {
    const now = performance.now();
    for (const [id, level] of Object.entries(levels)) if (level >= LOUD) spokeAt.current[id] = now;
    setState((s) => {
      const order = mergeOrder(s.order, key ? key.split(' ') : []);
      return promote(order === s.order ? s : { ...s, order }, visible, speaker, spokeAt.current, now);
    });
  }, [key, visible, speaker, levels]);
  return state.order;
}
