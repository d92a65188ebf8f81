import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SylkError } from '../../packages/client/src/errors';
import { backoffMs } from '../../packages/client/src/reconnect/backoff';
import { rungFor, type Health } from '../../packages/client/src/reconnect/health';
import { retry } from '../../packages/client/src/reconnect/Retry';

const health = (h: Partial<Health>): Health => ({ signalling: 'up', ice: 'connected', iceForMs: 60_000, silentForMs: 0, ...h });

describe('the reconnect ladder', () => {
  it.each([
    ['nothing is wrong', {}, 'none'],
    ['only signalling is down', { signalling: 'down' }, 'resume'],
    ['ICE blinked for less than 3 s', { ice: 'disconnected', iceForMs: 2999 }, 'none'],
    ['ICE is disconnected for 3 s', { ice: 'disconnected', iceForMs: 3000 }, 'iceRestart'],
    ['ICE failed', { ice: 'failed', iceForMs: 0 }, 'iceRestart'],
    ['no packets for 4 s', { silentForMs: 4000 }, 'iceRestart'],
    ['nothing was ever expected', { silentForMs: null }, 'none'],
    ['both are dead', { signalling: 'down', ice: 'failed' }, 'both'],
  ] as const)('%s', (_, h, rung) => expect(rungFor(health(h as Partial<Health>))).toBe(rung));

  it('waits 0, 0.3, 1, 2, 5, 5 s', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((n) => backoffMs(n, () => 0.5))).toEqual([0, 300, 1000, 2000, 5000, 5000, 5000]);
  });
  it('spreads the waits by a fifth either way', () => {
    expect([backoffMs(2, () => 0), backoffMs(2, () => 0.9999)]).toEqual([800, 1200]);
  });
});

describe('retry', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const options = { online: () => true, random: () => 0.5 };

  it('tries at 0, 0.3 and 1.3 s and returns what came', async () => {
    const at: number[] = [];
    const start = Date.now();
    const done = retry(async (n) => {
      at.push(Date.now() - start);
      if (n < 2) throw new SylkError('connection_failed');
      return 'in';
    }, options);
    await vi.runAllTimersAsync();
    expect([await done, at]).toEqual(['in', [0, 300, 1300]]);
  });
  it('stops at a refusal that will not change', async () => {
    const attempt = vi.fn(() => Promise.reject(new SylkError('banned')));
    const done = expect(retry(attempt, options)).rejects.toMatchObject({ code: 'banned' });
    await vi.runAllTimersAsync();
    await done;
    expect(attempt).toHaveBeenCalledTimes(1);
  });
  it('waits as long as the server asks', async () => {
    const at: number[] = [];
    const start = Date.now();
    const done = retry(async (n) => {
      at.push(Date.now() - start);
      if (n === 0) throw new SylkError('overloaded', '', '', 7000);
    }, options);
    await vi.runAllTimersAsync();
    await done;
    expect(at).toEqual([0, 7000]);
  });
  it('does not try while the machine is offline', async () => {
    let online = false;
    let wake = (): void => undefined;
    const attempt = vi.fn(() => Promise.resolve(1));
    const done = retry(attempt, { ...options, online: () => online, whenOnline: () => new Promise((r) => (wake = r)) });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempt).not.toHaveBeenCalled();
    online = true;
    wake();
    await vi.runAllTimersAsync();
    expect(await done).toBe(1);
  });
});
