import { useSyncExternalStore } from 'react';

export type Route = { page: 'home' } | { page: 'admin' } | { page: 'room'; room: string } | { page: 'unknown' };
const ROOM = /^[a-z0-9_-][a-z0-9._-]{0,63}$/;

export const isRoomName = (name: string): boolean => ROOM.test(name.toLowerCase());

export function parseRoute(path: string): Route {
  if (path === '/' || path === '') return { page: 'home' };
  if (/^\/admin(\/|$)/.test(path)) return { page: 'admin' };
  const name = /^\/r\/([^/]+)\/?$/.exec(path)?.[1];
  if (!name) return { page: 'unknown' };
  const room = safeDecode(name).toLowerCase();
  return isRoomName(room) ? { page: 'room', room } : { page: 'unknown' };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (reason) {
    if (reason instanceof URIError) return '';
    throw reason;
  }
}

export function navigate(path: string): void {
  history.pushState(null, '', path + location.search);
  dispatchEvent(new PopStateEvent('popstate'));
}

export function usePath(): string {
  return useSyncExternalStore((fn) => {
    addEventListener('popstate', fn);
    return () => removeEventListener('popstate', fn);
  }, () => location.pathname);
}

const WORDS = [['amber', 'brisk', 'calm', 'clear', 'coral', 'eager', 'gentle', 'lucky', 'quiet', 'silver', 'sunny', 'vivid'],
  ['cedar', 'delta', 'ember', 'fjord', 'harbor', 'lagoon', 'maple', 'meadow', 'orchid', 'river', 'summit', 'willow'],
  ['anchor', 'bridge', 'circle', 'falcon', 'garden', 'lantern', 'otter', 'piano', 'puffin', 'saddle', 'swift', 'table']] as const;

/** Three words and a number: easy to say on the phone, hard to guess by the dozen. */
export function randomRoomName(random: (below: number) => number = secureBelow): string {
  return [...WORDS.map((list) => list[random(list.length)]), 100 + random(900)].join('-');
}

function secureBelow(below: number): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % below;
}
