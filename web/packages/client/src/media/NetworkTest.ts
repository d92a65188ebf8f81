import { call, signalRHub, type HubFactory } from '../wire/HubPort';
import { echoChannel, probeEcho } from './EchoProbe';
import { PeerStats } from './PeerStats';

/** What a call would travel on: `none` when neither UDP nor TCP reaches the media port, `unknown` when the test itself could not be made. */
export interface NetworkVerdict {
  path: 'udp' | 'tcp' | 'none' | 'unknown';
  rttMs: number | null;
  /** Messages that did not come back from the media port, 0 to 100; absent when it echoes none. */
  lossPercent?: number;
}
export interface NetworkTestOptions {
  url: string;
  hub?: HubFactory;
  createPeer?: (configuration: RTCConfiguration) => RTCPeerConnection;
  /** Ends the test early; the verdict is then `unknown`. */
  signal?: AbortSignal;
}

/** The server forgets a test after 8 s. */
const CONNECT_MS = 7000;
/** TCP may win the race although UDP works: so long UDP gets to catch up. */
const UDP_GRACE_MS = 1500;

/** Makes a throw-away connection to the media port before joining. Never throws: no answer is an answer here. */
export async function testNetwork(options: NetworkTestOptions): Promise<NetworkVerdict> {
  const hub = (options.hub ?? signalRHub)(options.url);
  const create = options.createPeer ?? ((c: RTCConfiguration): RTCPeerConnection => new RTCPeerConnection(c));
  const pc = create({ bundlePolicy: 'max-bundle' });
  try {
    pc.addTransceiver('audio', { direction: 'recvonly' });
    const channel = echoChannel(pc);
    await Promise.all([hub.start(), pc.setLocalDescription()]);
    const { sdp } = await call(hub, 'TestNetwork', { sdp: pc.localDescription?.sdp ?? '' });
    await pc.setRemoteDescription({ type: 'answer', sdp });
    const end = await settle(pc, options.signal);
    if (end === 'stopped') return { path: 'unknown', rttMs: null };
    return end === 'connected' ? { ...(await pathOf(pc)), ...(await probeEcho(channel)) } : { path: 'none', rttMs: null };
  } catch {
    // An old server, a refusal or a lost hub: whatever it is, joining will name it properly.
    return { path: 'unknown', rttMs: null };
  } finally {
    pc.close();
    await hub.stop().catch(() => undefined);
  }
}

async function pathOf(pc: RTCPeerConnection): Promise<NetworkVerdict> {
  let stats = await new PeerStats().read(pc, 0);
  if (stats.protocol === 'tcp') {
    await new Promise((resolve) => setTimeout(resolve, UDP_GRACE_MS));
    stats = await new PeerStats().read(pc, 0);
  }
  return { path: stats.protocol === 'tcp' ? 'tcp' : 'udp', rttMs: stats.rttMs };
}

function settle(pc: RTCPeerConnection, signal?: AbortSignal): Promise<'connected' | 'failed' | 'stopped'> {
  return new Promise((resolve) => {
    const end = (how: 'connected' | 'failed' | 'stopped') => (): void => {
      clearTimeout(timer);
      pc.removeEventListener('connectionstatechange', look);
      resolve(how);
    };
    const look = (): void => {
      if (pc.connectionState === 'connected') end('connected')();
      else if (pc.connectionState === 'failed') end('failed')();
    };
    const timer = setTimeout(end('failed'), CONNECT_MS);
    pc.addEventListener('connectionstatechange', look);
    signal?.addEventListener('abort', end('stopped'), { once: true });
    if (signal?.aborted) end('stopped')();
    else look();
  });
}
