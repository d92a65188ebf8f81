import { describe, expect, it } from 'vitest';
import { SylkError } from '../../packages/client/src/errors';
import { PeerLink } from '../../packages/client/src/media/PeerLink';
import type { Negotiation } from '../../packages/client/src/wire/messages';

class FakeTransceiver {
  mid: string | null = null;
  readonly receiver = { track: {} };
  encodings: RTCRtpEncodingParameters[];
  readonly sender: { track: unknown; replaceTrack: (t: unknown) => Promise<void>; getParameters: () => object; setParameters: (p: RTCRtpSendParameters) => Promise<void> };
  constructor(readonly what: unknown, readonly init: RTCRtpTransceiverInit, public direction = init.direction) {
    this.encodings = init.sendEncodings ?? [];
    this.sender = {
      track: what,
      replaceTrack: async (t) => void (this.sender.track = t),
      getParameters: () => ({ encodings: this.encodings.map((e) => ({ ...e })) }),
      setParameters: async (p) => void (this.encodings = p.encodings),
    };
  }
}
/** As much of a connection as the link touches: mids appear with the local description, roll-back returns to stable. */
class FakePeer extends EventTarget {
  signalingState = 'stable';
  iceConnectionState = 'new';
  connectionState = 'new';
  readonly all: FakeTransceiver[] = [];
  constructor(readonly configuration: RTCConfiguration) { super(); }
  addTransceiver(what: unknown, init: RTCRtpTransceiverInit): FakeTransceiver {
    const t = new FakeTransceiver(what, init);
    this.all.push(t);
    return t;
  }
  createDataChannel(): object { return {}; }
  createOffer = async (): Promise<object> => ({ type: 'offer', sdp: `v=0 ${this.all.length}` });
  async setLocalDescription(d: { type: string }): Promise<void> {
    this.signalingState = d.type === 'rollback' ? 'stable' : 'have-local-offer';
    this.all.forEach((t, i) => (t.mid = String(i)));
  }
  async setRemoteDescription(): Promise<void> { this.signalingState = 'stable'; }
  close(): void { this.connectionState = 'closed'; }
}
const track = (kind: string): MediaStreamTrack => ({ kind, contentHint: '' }) as MediaStreamTrack;

function linkWith(negotiate?: (offer: Negotiation) => void): { link: PeerLink; peer: FakePeer; offers: Negotiation[] } {
  const offers: Negotiation[] = [];
  let peer!: FakePeer;
  const link = new PeerLink({
    audioSlots: 8, videoSlots: 9,
    createPeer: (c) => (peer = new FakePeer(c)) as unknown as RTCPeerConnection,
    negotiate: async (offer) => {
      offers.push(offer);
      negotiate?.(offer);
      return { seq: offer.seq, sdp: 'v=0', published: offer.publish.map((p) => ({ mid: p.mid, trackId: `tr_${p.source}` })) };
    },
  });
  return { link, peer, offers };
}

describe('PeerLink', () => {
  it('bundles all, puts own sources first and then its pool of slots', async () => {
    const { link, peer } = linkWith();
    link.attach('microphone', track('audio'), { muted: true });
    link.attach('camera', track('video'));
    const offer = await link.firstOffer();
    expect(peer.configuration.bundlePolicy).toBe('max-bundle');
    expect(peer.all.map((t) => t.direction)).toEqual(['sendonly', 'sendonly', ...Array(17).fill('recvonly')]);
    expect(offer).toMatchObject({ seq: 1, publish: [{ mid: '0', source: 'microphone', muted: true, simulcast: false }, { mid: '1', source: 'camera', muted: false, simulcast: true }], unpublish: [] });
    expect([link.slotMids('audio').length, link.slotMids('video')[0]]).toEqual([8, '10']);
  });
  it('sends the camera in three layers', async () => {
    const { link, peer } = linkWith();
    link.attach('camera', track('video'));
    expect(peer.all[0]?.init.sendEncodings?.map((e) => [e.rid, e.scaleResolutionDownBy, e.maxBitrate])).toEqual([['l', 4, 150_000], ['m', 2, 450_000], ['h', 1, 1_500_000]]);
  });
  it('makes only the encodings that somebody watches, and a single one no better than it is watched', async () => {
    const { link, peer } = linkWith();
    link.attach('camera', track('video'));
    link.attach('screen', track('video'));
    await link.firstOffer();
    await link.acceptAnswer({ seq: 1, sdp: '', published: [{ mid: '0', trackId: 'tr_c' }, { mid: '1', trackId: 'tr_s' }] });
    const active = (i: number): unknown[] => (peer.all[i]?.encodings ?? []).map((e) => e.active);
    void link.followHint({ trackId: 'tr_c', activeRids: ['l', 'm'], maxHeight: 360, maxBitrateBps: 450_000 });
    await link.followHint({ trackId: 'tr_c', activeRids: ['l'], maxHeight: 180, maxBitrateBps: 150_000 });
    expect(active(0)).toEqual([true, false, false]);
    await link.followHint({ trackId: 'tr_c', activeRids: [], maxHeight: 0, maxBitrateBps: 0 });
    await link.followHint({ trackId: 'tr_s', activeRids: [], maxHeight: 0, maxBitrateBps: 0 });
    expect([active(0), active(1)]).toEqual([[false, false, false], [false]]);
    await link.followHint({ trackId: 'tr_s', activeRids: [], maxHeight: 360, maxBitrateBps: 450_000 });
    expect(peer.all[1]?.encodings).toMatchObject([{ active: true, maxBitrate: 450_000 }]);
    await link.followHint({ trackId: 'tr_s', activeRids: [], maxHeight: 2_147_483_647, maxBitrateBps: 9_000_000 });
    expect(peer.all[1]?.encodings).toMatchObject([{ active: true, maxBitrate: 2_500_000 }]);
    await link.followHint({ trackId: 'tr_unknown', activeRids: [], maxHeight: 0, maxBitrateBps: 0 });
  });
  it('lets a browser that does not send in several sizes make the largest, as well as it is watched', async () => {
    const { link, peer } = linkWith();
    link.attach('camera', track('video'));
    await link.firstOffer();
    await link.acceptAnswer({ seq: 1, sdp: '', published: [{ mid: '0', trackId: 'tr_c' }] });
    if (peer.all[0]) peer.all[0].encodings = [{ active: true }];
    await link.followHint({ trackId: 'tr_c', activeRids: [], maxHeight: 2_147_483_647, maxBitrateBps: 2_500_000 });
    expect(peer.all[0]?.encodings).toMatchObject([{ active: true, maxBitrate: 1_500_000 }]);
    await link.followHint({ trackId: 'tr_c', activeRids: [], maxHeight: 180, maxBitrateBps: 150_000 });
    expect(peer.all[0]?.encodings).toMatchObject([{ active: true, maxBitrate: 150_000 }]);
  });
  it('swaps devices and mutes without an offer', async () => {
    const { link, offers } = linkWith();
    link.attach('camera', track('video'));
    await link.acceptAnswer({ seq: 1, sdp: '', published: [{ mid: (await link.firstOffer()).publish[0]?.mid ?? '', trackId: 'tr_1' }] });
    await link.replaceTrack('camera', null);
    await link.replaceTrack('camera', track('video'));
    link.noteMuted('camera', true);
    expect([offers.length, link.counters.offers, link.trackIdOf('camera')]).toEqual([0, 1, 'tr_1']);
  });
  it('makes its offers one at a time, each with the next number', async () => {
    const { link, offers } = linkWith();
    await link.firstOffer();
    const ids = await Promise.all([link.publish('screen', track('video')), link.publish('screenAudio', track('audio'))]);
    expect(ids).toEqual(['tr_screen', 'tr_screenAudio']);
    expect(offers.map((o) => [o.seq, o.publish.length])).toEqual([[2, 1], [3, 2]]);
  });
  it('reuses the section of a source that comes back', async () => {
    const { link, peer, offers } = linkWith();
    await link.firstOffer();
    await link.publish('screen', track('video'));
    const sections = peer.all.length;
    await link.unpublish(['screen', 'screenAudio']);
    await link.publish('screen', track('video'));
    expect(peer.all.length).toBe(sections);
    expect(offers.map((o) => o.unpublish)).toEqual([[], ['17'], []]);
  });
  it('rolls back a stale offer and tries again', async () => {
    let first = true;
    const { link, peer, offers } = linkWith(() => {
      if (!first) return;
      first = false;
      throw new SylkError('negotiation_stale');
    });
    await link.firstOffer();
    await peer.setRemoteDescription();
    await link.publish('camera', track('video'));
    expect([offers.map((o) => o.seq), peer.signalingState]).toEqual([[2, 3], 'stable']);
  });
  it('counts the offers that others caused, and only those', async () => {
    const { link } = linkWith();
    await link.firstOffer();
    await link.renegotiate('requested', false, 'nodeMove');
    await link.renegotiate('iceRestart', true);
    expect(link.counters).toMatchObject({ offers: 3, renegotiationsByOthers: 0, byCause: { requested: 1, iceRestart: 1 } });
    await link.renegotiate('requested', false, 'participantJoined');
    expect(link.counters.renegotiationsByOthers).toBe(1);
  });
  it('lays a second connection out like the first, so that mids stay, and shows the home of each offer', async () => {
    const { link } = linkWith();
    link.attach('microphone', track('audio'), { muted: true });
    await link.firstOffer();
    await link.acceptAnswer({ seq: 1, sdp: '', published: [{ mid: '0', trackId: 'tr_m' }], epoch: 7 });
    await link.publish('screen', track('video'));
    await link.unpublish(['screen']);
    const other = linkWith();
    other.link.layOutLike(link);
    const offer = await other.link.firstOffer();
    expect([offer.epoch, offer.publish]).toEqual([undefined, [{ mid: '0', source: 'microphone', muted: true, simulcast: false }]]);
    expect(other.link.slotMids('video')).toEqual(link.slotMids('video'));
    expect(other.peer.all.map((t) => t.direction)).toEqual(['sendonly', ...Array(17).fill('recvonly'), 'inactive']);
  });
  it('keeps the place of a section that was none of ours', async () => {
    const { link, peer } = linkWith();
    await link.firstOffer();
    peer.all.push(new FakeTransceiver('data', { direction: 'inactive' }));
    await link.publish('screen', track('video'));
    const other = linkWith();
    other.link.layOutLike(link);
    expect((await other.link.firstOffer()).publish).toMatchObject([{ mid: '18', source: 'screen' }]);
    expect(other.peer.all[17]).toMatchObject({ what: 'audio', direction: 'inactive' });
  });
});
