/** What is known about the two halves of a connection at one moment. */
export interface Health {
  signalling: 'up' | 'down';
  ice: RTCIceConnectionState;
  /** Milliseconds since `ice` became what it is. */
  iceForMs: number;
  /** Milliseconds since bytes last came in; null before the first or when nothing is expected. */
  silentForMs: number | null;
}
export type Rung = 'none' | 'resume' | 'iceRestart' | 'both';

export const ICE_DISCONNECTED_MS = 3000;
export const SILENCE_MS = 4000;
/** The page says *Reconnecting* after this long. */
export const BANNER_MS = 2000;

export function mediaDead(h: Health): boolean {
  if (h.ice === 'failed') return true;
  if (h.ice === 'disconnected' && h.iceForMs >= ICE_DISCONNECTED_MS) return true;
  return h.silentForMs !== null && h.silentForMs >= SILENCE_MS;
}

/** Which rung of the ladder to climb now. Rung 1, stateful reconnect, happens inside the hub and is never seen here. */
export function rungFor(h: Health): Rung {
  const dead = mediaDead(h);
  if (h.signalling === 'down') return dead ? 'both' : 'resume';
  return dead ? 'iceRestart' : 'none';
}
