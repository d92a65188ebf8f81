import { useEffect, useState } from 'react';
import { demoPeople } from '../hub';

/** What the server tells anybody who has the link (product §4, public facts). */
export interface LobbyFacts {
  exists: boolean;
  title?: string | null;
  locked?: boolean;
  full?: boolean;
  needsPasscode?: boolean;
  needsToken?: boolean;
  waitingRoom?: boolean;
  /** In the future: until then nobody comes in. */
  opensAt?: string | null;
  participantCount?: number | null;
}
const EVERY_MS = 10_000;

/** Null until the server has answered; an unanswered question changes nothing on the page. */
export function useLobbyFacts(room: string): LobbyFacts | null {
  const [facts, setFacts] = useState<LobbyFacts | null>(null);
  useEffect(() => {
    if (demoPeople()) return setFacts({ exists: true, title: 'Daily stand-up', participantCount: demoPeople() - 1 });
    const stop = new AbortController();
    const ask = async (): Promise<void> => {
      if (document.hidden) return;
      const found = await readFacts(room, stop.signal);
      if (found && !stop.signal.aborted) setFacts(found);
    };
    void ask();
    const timer = setInterval(() => void ask(), EVERY_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [room]);
  return facts;
}

/** Refusals that end by themselves, and how the room looks then. */
const OVER: Record<string, (facts: LobbyFacts) => boolean> = {
  room_full: (f) => !f.full, room_locked: (f) => !f.locked, room_not_open: (f) => !f.opensAt || Date.parse(f.opensAt) <= Date.now(),
};

/** Pure: whether what stood in the way is gone. */
export const isOver = (code: string, facts: LobbyFacts | null): boolean => (facts && OVER[code]?.(facts)) ?? false;
export const mayEnd = (code: string): boolean => code in OVER;

export async function readFacts(room: string, signal: AbortSignal, get: typeof fetch = fetch): Promise<LobbyFacts | null> {
  try {
    const reply = await get(`/api/v1/public/rooms/${encodeURIComponent(room)}`, { signal });
    const isFacts = reply.ok && (reply.headers.get('content-type') ?? '').includes('json');
    return isFacts ? ((await reply.json()) as LobbyFacts) : null;
  } catch {
    // Offline, left the page, or a server that tells nothing: the lobby works without.
    return null;
  }
}

/** Pure: the sentence about who is inside, as a key and its count. */
export function insideWord(facts: LobbyFacts): { key: 'locked' | 'full' | 'nobody' | 'inside'; count: number } {
  const count = facts.participantCount ?? 0;
  return { key: facts.locked ? 'locked' : facts.full ? 'full' : count === 0 ? 'nobody' : 'inside', count };
}
