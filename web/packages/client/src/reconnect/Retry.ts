import { isRetryable, SylkError } from '../errors';
import { backoffMs } from './backoff';

export interface RetryOptions {
  online?: () => boolean;
  /** Resolves when the machine is online again. */
  whenOnline?: () => Promise<void>;
  random?: () => number;
  /** Answers true when there is no point any more. */
  stopped?: () => boolean;
}

/**
 * Tries until it succeeds, with the ladder's back-off while online and not at all while offline. A refusal the server
 * will repeat ends it; `retryAfterMs` from the server lengthens the wait.
 */
export async function retry<T>(attempt: (n: number) => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const online = options.online ?? ((): boolean => navigator.onLine);
  const whenOnline = options.whenOnline ?? onlineEvent;
  let floorMs = 0;
  for (let n = 0, failures = 0; ; n++) {
    if (!online()) {
      await whenOnline();
      failures = 0;
    }
    await sleep(Math.max(floorMs, backoffMs(failures, options.random)));
    if (options.stopped?.()) throw new SylkError('stopped', 'Stopped');
    try {
      return await attempt(n);
    } catch (reason) {
      const error = SylkError.from(reason);
      if (!isRetryable(error.code)) throw error;
      floorMs = error.retryAfterMs ?? 0;
      failures++;
    }
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function onlineEvent(): Promise<void> {
  return new Promise((resolve) => globalThis.addEventListener('online', () => resolve(), { once: true }));
}
