import { expect, it } from 'vitest';
import { PeerStats, toReport } from '../../packages/client/src/media/PeerStats';

const rows = (bytes: number, packets: number, lost: number, responses = 1): Map<string, never> => new Map(Object.entries({
  T: { type: 'transport', selectedCandidatePairId: 'P' },
  P: { type: 'candidate-pair', currentRoundTripTime: 0.024, localCandidateId: 'L', remoteCandidateId: 'R', responsesReceived: responses },
  L: { type: 'local-candidate', candidateType: 'host', protocol: 'udp' }, R: { type: 'remote-candidate', candidateType: 'host' }, C: { type: 'codec', mimeType: 'video/VP8' },
  I: { type: 'inbound-rtp', kind: 'video', mid: '8', codecId: 'C', bytesReceived: bytes, packetsReceived: packets, packetsLost: lost, jitter: 0.005, freezeCount: 1, frameWidth: 640, frameHeight: 360, framesPerSecond: 29.7 },
}).map(([id, row]) => [id, { id, ...row }] as never));

it('turns two readings into rates', () => {
  const stats = new PeerStats();
  stats.summarise(rows(1000, 100, 0), 0);
  const now = stats.summarise(rows(251_000, 195, 5), 2000);
  expect(now).toMatchObject({ rttMs: 24, protocol: 'udp', pair: 'host → host', receive: [{ mid: '8', codec: 'VP8', width: 640, fps: 30, bitrateBps: 1_000_000, lossPercent: 5, jitterMs: 5 }] });
  expect(toReport(now)).toMatchObject({ rttMs: 24, lossPercent: 5, freezes: 1, candidatePair: 'host → host', slots: [{ mid: '8', bitrateBps: 1_000_000 }] });
});
it('feels a pulse in an ICE answer alone', () => {
  const stats = new PeerStats();
  expect(stats.summarise(rows(1000, 1, 0, 1), 0).pulse).not.toBe(stats.summarise(rows(1000, 1, 0, 2), 2000).pulse);
});
it('reports what holds the encoder back and counts what was repaired', () => {
  const stats = new PeerStats();
  const table = rows(1000, 100, 0);
  table.set('O', { id: 'O', type: 'outbound-rtp', kind: 'video', mid: '1', rid: 'h', bytesSent: 10, remoteId: 'Q', qualityLimitationReason: 'bandwidth' } as never);
  table.set('Q', { id: 'Q', type: 'remote-inbound-rtp', roundTripTime: 0.031, fractionLost: 0.0234, jitter: 0.004 } as never);
  table.set('A', { id: 'A', type: 'inbound-rtp', kind: 'audio', mid: '2', bytesReceived: 5, fecPacketsReceived: 9, fecPacketsDiscarded: 4, retransmittedPacketsReceived: 1 } as never);
  const now = stats.summarise(table, 0);
  expect(now.send[0]).toMatchObject({ rttMs: 31, lossPercent: 2.3, jitterMs: 4 });
  expect(now.receive.find((s) => s.mid === '2')?.repaired).toBe(6);
  expect(toReport(now)).toMatchObject({ bandwidthLimited: true, cpuLimited: false });
});
