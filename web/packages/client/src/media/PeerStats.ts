import type { StatsReport } from '../wire/messages';

export interface SlotStats {
  mid: string;
  kind: 'audio' | 'video';
  width: number;
  height: number;
  fps: number;
  codec: string;
  bitrateBps: number;
  lossPercent: number;
  jitterMs: number;
  bufferMs: number;
  freezes: number;
  /** Packets that were missing and came after all: sent again, or out of redundant sound. */
  repaired: number;
}
export interface SendStats {
  mid: string;
  kind: 'audio' | 'video';
  rid: string;
  width: number;
  height: number;
  fps: number;
  codec: string;
  bitrateBps: number;
  limited: string;
  /** By the server's reports; null before the first. */
  rttMs: number | null;
  lossPercent: number;
  jitterMs: number;
}
export interface LinkStats {
  at: number;
  rttMs: number | null;
  availableOutgoingBps: number | null;
  protocol: string;
  pair: string;
  /** Changes whenever anything at all came in: media, RTCP or an ICE answer. */
  pulse: number;
  bytesSent: number;
  receive: SlotStats[];
  send: SendStats[];
}

type Row = Record<string, unknown> & { id: string; type: string };
const num = (row: Row | undefined, key: string): number => (typeof row?.[key] === 'number' ? (row[key] as number) : 0);
const str = (row: Row | undefined, key: string): string => (typeof row?.[key] === 'string' ? (row[key] as string) : '');

const total = (rows: readonly Row[], type: string, key: string): number =>
  rows.filter((r) => r.type === type).reduce((sum, r) => sum + num(r, key), 0);

/** Turns two successive `getStats` readings into rates. Keeps only the last byte and packet counts. */
export class PeerStats {
  #before = new Map<string, { at: number; bytes: number; packets: number; lost: number }>();

  async read(pc: RTCPeerConnection, now: number): Promise<LinkStats> {
    const rows = new Map<string, Row>();
    (await pc.getStats()).forEach((row: Row) => rows.set(row.id, row));
    return this.summarise(rows, now);
  }

  summarise(rows: ReadonlyMap<string, Row>, now: number): LinkStats {
    const all = [...rows.values()];
    const transport = all.find((r) => r.type === 'transport');
    const pair = rows.get(str(transport, 'selectedCandidatePairId')) ?? all.find((r) => r.type === 'candidate-pair' && r['nominated'] === true);
    const local = rows.get(str(pair, 'localCandidateId'));
    const remote = rows.get(str(pair, 'remoteCandidateId'));
    const codec = (row: Row): string => str(rows.get(str(row, 'codecId')), 'mimeType').split('/')[1] ?? '';
    const receive = all.filter((r) => r.type === 'inbound-rtp' && num(r, 'bytesReceived') > 0).map((r) => this.#receive(r, codec(r), now));
    const send = all.filter((r) => r.type === 'outbound-rtp' && num(r, 'bytesSent') > 0).map((r) => this.#send(r, rows.get(str(r, 'remoteId')), codec(r), now));
    const rtt = pair?.['currentRoundTripTime'];
    return {
      at: now,
      rttMs: typeof rtt === 'number' ? Math.round(rtt * 1000) : null,
      availableOutgoingBps: typeof pair?.['availableOutgoingBitrate'] === 'number' ? num(pair, 'availableOutgoingBitrate') : null,
      protocol: str(local, 'protocol'),
      pair: pair ? `${str(local, 'candidateType')} → ${str(remote, 'candidateType')}` : '',
      pulse: num(transport, 'bytesReceived') + num(pair, 'responsesReceived') + total(all, 'inbound-rtp', 'bytesReceived') + total(all, 'remote-inbound-rtp', 'timestamp'),
      bytesSent: total(all, 'outbound-rtp', 'bytesSent'),
      receive,
      send,
    };
  }

  #receive(row: Row, codec: string, now: number): SlotStats {
    const d = this.#delta(row, 'bytesReceived', 'packetsReceived', now);
    const emitted = num(row, 'jitterBufferEmittedCount');
    return {
      mid: str(row, 'mid'), kind: str(row, 'kind') as 'audio' | 'video', codec,
      width: num(row, 'frameWidth'), height: num(row, 'frameHeight'), fps: Math.round(num(row, 'framesPerSecond')),
      bitrateBps: d.bps, lossPercent: d.loss, jitterMs: Math.round(num(row, 'jitter') * 1000),
      bufferMs: emitted ? Math.round((num(row, 'jitterBufferDelay') / emitted) * 1000) : 0, freezes: num(row, 'freezeCount'),
      repaired: num(row, 'retransmittedPacketsReceived') + Math.max(0, num(row, 'fecPacketsReceived') - num(row, 'fecPacketsDiscarded')),
    };
  }

  #send(row: Row, report: Row | undefined, codec: string, now: number): SendStats {
    return {
      mid: str(row, 'mid'), kind: str(row, 'kind') as 'audio' | 'video', rid: str(row, 'rid'), codec,
      width: num(row, 'frameWidth'), height: num(row, 'frameHeight'), fps: Math.round(num(row, 'framesPerSecond')),
      bitrateBps: this.#delta(row, 'bytesSent', 'packetsSent', now).bps, limited: str(row, 'qualityLimitationReason'),
      rttMs: report && 'roundTripTime' in report ? Math.round(num(report, 'roundTripTime') * 1000) : null,
      lossPercent: Math.round(num(report, 'fractionLost') * 1000) / 10, jitterMs: Math.round(num(report, 'jitter') * 1000),
    };
  }

  #delta(row: Row, bytesKey: string, packetsKey: string, now: number): { bps: number; loss: number } {
    const current = { at: now, bytes: num(row, bytesKey), packets: num(row, packetsKey), lost: num(row, 'packetsLost') };
    const before = this.#before.get(row.id);
    this.#before.set(row.id, current);
    if (!before || now <= before.at) return { bps: 0, loss: 0 };
    const packets = current.packets - before.packets;
    const lost = Math.max(0, current.lost - before.lost);
    return {
      bps: Math.max(0, Math.round(((current.bytes - before.bytes) * 8000) / (now - before.at))),
      loss: packets + lost > 0 ? Math.round((1000 * lost) / (packets + lost)) / 10 : 0,
    };
  }
}

/** The server takes no more in one report. */
const MOST_SLOTS = 64;

export function toReport(stats: LinkStats): StatsReport {
  const worst = (pick: (s: SlotStats) => number): number | null => (stats.receive.length ? Math.max(...stats.receive.map(pick)) : null);
  return {
    rttMs: stats.rttMs, availableOutgoingBps: stats.availableOutgoingBps,
    lossPercent: worst((s) => s.lossPercent), jitterMs: worst((s) => s.jitterMs),
    freezes: stats.receive.reduce((sum, s) => sum + s.freezes, 0),
    cpuLimited: stats.send.some((s) => s.limited === 'cpu'), bandwidthLimited: stats.send.some((s) => s.limited === 'bandwidth'),
    candidatePair: stats.pair || null,
    slots: stats.receive.slice(0, MOST_SLOTS).map(({ mid, bitrateBps, lossPercent, jitterMs, freezes }) => ({ mid, bitrateBps, lossPercent, jitterMs, freezes })),
  };
}
