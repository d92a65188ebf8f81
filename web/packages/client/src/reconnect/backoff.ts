const STEPS_MS = [0, 300, 1000, 2000, 5000] as const;
const JITTER = 0.2;

/** Delay before attempt `n` (0-based): 0, 0.3, 1, 2, 5, 5 … s, each ± 20 % so that a room does not return as one wave. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const step = STEPS_MS[Math.min(attempt, STEPS_MS.length - 1)] ?? 0;
  return Math.round(step * (1 + JITTER * (2 * random() - 1)));
}
