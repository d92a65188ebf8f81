/** What messages that come back from the media port tell about the way there. */
export interface EchoFigures {
  rttMs: number;
  lossPercent: number;
}

const PROBES = 20;
const GAP_MS = 25;
const LAST_WAIT_MS = 500;
const OPEN_MS = 1500;

/** The channel a network test measures with: what is lost stays lost (product §7.1: negotiated, id 0). */
export function echoChannel(pc: RTCPeerConnection): RTCDataChannel {
  return pc.createDataChannel('sylk', { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 });
}

/** Sends small messages and counts what comes back; null when the channel does not open or nothing returns. */
export async function probeEcho(channel: RTCDataChannel): Promise<EchoFigures | null> {
  if (!(await opened(channel))) return null;
  const sentAt: number[] = [];
  const times = new Map<number, number>();
  channel.onmessage = ({ data }: MessageEvent<unknown>): void => {
    const number = Number(data);
    const at = sentAt[number];
    if (at !== undefined && !times.has(number)) times.set(number, performance.now() - at);
  };
  for (let i = 0; i < PROBES && channel.readyState === 'open'; i++) {
    sentAt.push(performance.now());
    channel.send(String(i));
    await pause(GAP_MS);
  }
  for (let waited = 0; waited < LAST_WAIT_MS && times.size < sentAt.length; waited += GAP_MS) await pause(GAP_MS);
  const sorted = [...times.values()].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  if (median === undefined) return null;
  return { rttMs: Math.round(median), lossPercent: Math.round((100 * (sentAt.length - times.size)) / sentAt.length) };
}

async function opened(channel: RTCDataChannel): Promise<boolean> {
  for (let waited = 0; waited < OPEN_MS && channel.readyState === 'connecting'; waited += GAP_MS) await pause(GAP_MS);
  return channel.readyState === 'open';
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
