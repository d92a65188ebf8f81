import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testNetwork } from '../../packages/client/src/media/NetworkTest';
import type { HubPort } from '../../packages/client/src/wire/HubPort';

/** As much of a connection as the test touches; `over` is the protocol the browser chose at each reading. */
class FakePeer extends EventTarget {
  connectionState = 'new';
  localDescription: { sdp: string } | null = null;
  closed = false;
  constructor(readonly then: string, readonly over: string[], readonly echoes: boolean) { super(); }
  addTransceiver(): void { /* one section is all the test needs */ }
  /** Every fourth message is lost; those that come back take 40 ms. */
  createDataChannel(): object {
    const channel = {
      readyState: this.echoes ? 'open' : 'connecting',
      onmessage: (_: { data: string }): void => undefined,
      send: (data: string): void => { if (Number(data) % 4 !== 3) setTimeout(() => channel.onmessage({ data }), 40); },
    };
    return channel;
  }
  async setLocalDescription(): Promise<void> { this.localDescription = { sdp: 'v=0 offer' }; }
  async setRemoteDescription(): Promise<void> {
    setTimeout(() => {
      this.connectionState = this.then;
      this.dispatchEvent(new Event('connectionstatechange'));
    }, 100);
  }
  async getStats(): Promise<Map<string, object>> {
    const protocol = this.over.length > 1 ? this.over.shift() : this.over[0];
    return new Map(Object.entries({
      T: { id: 'T', type: 'transport', selectedCandidatePairId: 'P' }, L: { id: 'L', type: 'local-candidate', protocol },
      P: { id: 'P', type: 'candidate-pair', localCandidateId: 'L', currentRoundTripTime: 0.024 },
    }));
  }
  close(): void { this.closed = true; }
}

async function verdict(then: string, over: string[] = ['udp'], reply: object = { ok: true, value: { sdp: 'v=0 answer' } }, signal?: AbortSignal, echoes = false): Promise<object> {
  const peer = new FakePeer(then, over, echoes);
  let stopped = false;
  const hub: HubPort = {
    start: async () => undefined, stop: async () => void (stopped = true), invoke: async () => reply,
    send: () => undefined, on: () => undefined, onClose: () => undefined,
  };
  const result = testNetwork({ url: '/hubs/room', hub: () => hub, createPeer: () => peer as unknown as RTCPeerConnection, ...(signal ? { signal } : {}) });
  await vi.runAllTimersAsync();
  const found = await result;
  expect([peer.closed, stopped]).toEqual([true, true]);
  return found;
}

describe('the network test', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('finds UDP and how far it is', async () => expect(await verdict('connected')).toEqual({ path: 'udp', rttMs: 24 }));
  it('measures with messages that come back, where the server echoes them', async () => {
    expect(await verdict('connected', ['udp'], undefined, undefined, true)).toEqual({ path: 'udp', rttMs: 40, lossPercent: 25 });
  });
  it('finds that only TCP works', async () => expect(await verdict('connected', ['tcp'])).toEqual({ path: 'tcp', rttMs: 24 }));
  it('lets UDP catch up with a TCP that was faster', async () => expect(await verdict('connected', ['tcp', 'udp'])).toMatchObject({ path: 'udp' }));
  it('finds no path when ICE fails', async () => expect(await verdict('failed')).toEqual({ path: 'none', rttMs: null }));
  it('finds no path when nothing happens for 7 s', async () => expect(await verdict('connecting')).toEqual({ path: 'none', rttMs: null }));
  it('claims nothing when the server refuses the test', async () => {
    expect(await verdict('connected', ['udp'], { ok: false, error: { code: 'rate_limited' } })).toEqual({ path: 'unknown', rttMs: null });
  });
  it('stops when the person has joined meanwhile', async () => {
    expect(await verdict('connecting', ['udp'], undefined, AbortSignal.abort())).toEqual({ path: 'unknown', rttMs: null });
  });
});
