import { SylkError } from '../errors';
import type { Negotiation, NegotiationReply } from '../wire/messages';
import type { HubEvents } from '../wire/events';
import type { LocalSource } from '../wire/model';
import { DataLink, type DataMessage } from './DataLink';
import { isOwnAffair, type LinkCounters, type Negotiate, type NegotiationCause } from './MediaLink';
import { encodingsFor, kindOf, trimCodecs, type PublishOptions } from './publishing';

type PublishHint = HubEvents['PublishHint'];

interface SendSection {
  transceiver: RTCRtpTransceiver;
  options: PublishOptions;
  trackId: string | null;
  active: boolean;
}

export interface PeerLinkOptions {
  iceServers?: RTCIceServer[];
  audioSlots: number;
  videoSlots: number;
  negotiate: Negotiate;
  onData?: (message: DataMessage) => void;
  onIceState?: (state: RTCIceConnectionState) => void;
  /** Offers made before this connection; its own count on. */
  seq?: number;
  createPeer?: (configuration: RTCConfiguration) => RTCPeerConnection;
}

const STALE_TRIES = 3;

/**
 * The one RTCPeerConnection of a page. It offers, the server answers; sections are never removed, and slots are filled
 * by the server without any of this running again. Offers are made one at a time, in order.
 */
export class PeerLink {
  readonly pc: RTCPeerConnection;
  readonly data: DataLink;
  readonly counters: LinkCounters = {
    offers: 0,
    byCause: { join: 0, publish: 0, unpublish: 0, iceRestart: 0, requested: 0 },
    renegotiationsByOthers: 0,
  };
  readonly #options: PeerLinkOptions;
  readonly #slots: { kind: 'audio' | 'video'; transceiver: RTCRtpTransceiver }[] = [];
  readonly #sections = new Map<LocalSource, SendSection>();
  #seq: number;
  #epoch: number | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #hinted: Promise<void> = Promise.resolve();

  constructor(options: PeerLinkOptions) {
    this.#options = options;
    this.#seq = options.seq ?? 0;
    const create = options.createPeer ?? ((c: RTCConfiguration): RTCPeerConnection => new RTCPeerConnection(c));
    this.pc = create({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', iceServers: options.iceServers ?? [] });
    this.data = new DataLink(this.pc, (message) => options.onData?.(message));
    this.pc.addEventListener('iceconnectionstatechange', () => options.onIceState?.(this.pc.iceConnectionState));
  }

  /** Names the server this connection is with; null before the first answer. */
  get epoch(): number | null {
    return this.#epoch;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Mids of the receive pool in section order; empty before the first offer. */
  slotMids(kind: 'audio' | 'video'): string[] {
    return this.#slots.filter((s) => s.kind === kind).flatMap((s) => s.transceiver.mid ?? []);
  }

  trackForMid(mid: string): MediaStreamTrack | null {
    return this.#slots.find((s) => s.transceiver.mid === mid)?.transceiver.receiver.track ?? null;
  }

  trackIdOf(source: LocalSource): string | null {
    return this.#sections.get(source)?.trackId ?? null;
  }

  sourceOf(trackId: string): LocalSource | null {
    for (const [source, section] of this.#sections) if (section.trackId === trackId) return source;
    return null;
  }

  /** Adds or reuses the source's section; the next offer carries it. */
  attach(source: LocalSource, track: MediaStreamTrack | null, options: PublishOptions = {}): void {
    if (track && options.contentHint) track.contentHint = options.contentHint;
    const existing = this.#sections.get(source);
    if (existing) {
      existing.transceiver.direction = 'sendonly';
      existing.options = options;
      existing.active = true;
      void existing.transceiver.sender.replaceTrack(track);
      return;
    }
    const kind = kindOf(source);
    const transceiver = this.pc.addTransceiver(track ?? kind, { direction: 'sendonly', sendEncodings: encodingsFor(source, options) });
    trimCodecs(transceiver, kind);
    this.#sections.set(source, { transceiver, options, trackId: null, active: true });
  }

  /**
   * Before the first offer: the sections of another connection, each in its place, so that mids stay and with them track ids. A
   * section that takes no part keeps a place that was none of ours (the data channel's).
   */
  layOutLike(former: PeerLink): void {
    const slots = new Map(former.#slots.map((slot) => [slot.transceiver.mid, slot.kind]));
    const sources = new Map([...former.#sections].map(([source, section]) => [section.transceiver.mid, source]));
    const last = Math.max(-1, ...[...slots.keys(), ...sources.keys()].map(Number));
    for (let place = 0; place <= last; place++) {
      const mid = String(place);
      const kind = slots.get(mid);
      const source = sources.get(mid);
      if (kind) this.#addSlot(kind);
      else if (source) this.#copySection(source, former.#sections.get(source) as SendSection);
      else this.pc.addTransceiver('audio', { direction: 'inactive' });
    }
  }

  #copySection(source: LocalSource, like: SendSection): void {
    this.attach(source, like.transceiver.sender.track, like.options);
    const section = this.#sections.get(source);
    if (!section || like.active) return;
    section.active = false;
    section.transceiver.direction = 'inactive';
  }

  /** Takes over what was swapped or muted on the other connection meanwhile. */
  async adopt(former: PeerLink): Promise<void> {
    for (const [source, like] of former.#sections) {
      const section = this.#sections.get(source);
      if (!section) continue;
      section.options = like.options;
      const { track } = like.transceiver.sender;
      if (section.transceiver.sender.track !== track) await section.transceiver.sender.replaceTrack(track);
    }
  }

  /** Builds the offer that travels inside `Join`. Finish with {@link acceptAnswer}. */
  async firstOffer(): Promise<Negotiation> {
    if (this.#slots.length === 0) this.#addSlots();
    return this.#offer('join', [], false);
  }

  async acceptAnswer(reply: NegotiationReply): Promise<void> {
    await this.pc.setRemoteDescription({ type: 'answer', sdp: reply.sdp });
    this.#epoch = reply.epoch ?? null;
    for (const published of reply.published) {
      for (const section of this.#sections.values()) {
        if (section.transceiver.mid === published.mid) section.trackId = published.trackId;
      }
    }
  }

  publish(source: LocalSource, track: MediaStreamTrack | null, options: PublishOptions = {}): Promise<string> {
    return this.#enqueue(async () => {
      this.attach(source, track, options);
      await this.#round('publish', []);
      const id = this.trackIdOf(source);
      if (!id) throw new SylkError('media_incompatible', 'The server did not accept this track');
      return id;
    });
  }

  unpublish(sources: readonly LocalSource[]): Promise<void> {
    return this.#enqueue(async () => {
      const mids: string[] = [];
      for (const source of sources) {
        const section = this.#sections.get(source);
        if (!section?.active) continue;
        section.active = false;
        section.trackId = null;
        section.transceiver.direction = 'inactive';
        await section.transceiver.sender.replaceTrack(null);
        if (section.transceiver.mid) mids.push(section.transceiver.mid);
      }
      if (mids.length > 0) await this.#round('unpublish', mids);
    });
  }

  /** Swaps the device or stops sending; no offer. */
  async replaceTrack(source: LocalSource, track: MediaStreamTrack | null): Promise<void> {
    const section = this.#sections.get(source);
    if (section && track && section.options.contentHint) track.contentHint = section.options.contentHint;
    await section?.transceiver.sender.replaceTrack(track);
  }

  /** The server asked (`RenegotiateRequested`) or the ladder decided: offer again, with new ICE credentials if said. */
  renegotiate(cause: 'iceRestart' | 'requested', iceRestart: boolean, reason = ''): Promise<void> {
    if (cause === 'requested' && !isOwnAffair(reason)) this.counters.renegotiationsByOthers++;
    return this.#enqueue(() => this.#round(cause, [], iceRestart));
  }

  /** Encodings nobody watches are not made; a single one is made no better than it is watched. One change at a time. */
  followHint(hint: PublishHint): Promise<void> {
    return this.#hinted = this.#hinted.then(() => this.#apply(hint)).catch(() => undefined);
  }

  async #apply(hint: PublishHint): Promise<void> {
    const source = this.sourceOf(hint.trackId);
    const section = source && this.#sections.get(source);
    if (!section) return;
    const { sender } = section.transceiver;
    const parameters = sender.getParameters();
    if (!parameters.encodings?.length) return;
    // A browser that does not send in several sizes makes the largest: its own limit is that of the largest.
    const most = Math.max(...encodingsFor(source, section.options).map((encoding) => encoding.maxBitrate ?? 0));
    for (const encoding of parameters.encodings) {
      encoding.active = encoding.rid ? hint.activeRids.includes(encoding.rid) : hint.maxBitrateBps !== 0;
      if (!encoding.rid && hint.maxBitrateBps) encoding.maxBitrate = Math.min(hint.maxBitrateBps, most);
    }
    await sender.setParameters(parameters);
  }

  close(): void {
    this.pc.close();
  }

  #addSlots(): void {
    for (const [kind, count] of [['audio', this.#options.audioSlots], ['video', this.#options.videoSlots]] as const) {
      for (let i = 0; i < count; i++) this.#addSlot(kind);
    }
  }

  #addSlot(kind: 'audio' | 'video'): void {
    const transceiver = this.pc.addTransceiver(kind, { direction: 'recvonly' });
    trimCodecs(transceiver, kind);
    this.#slots.push({ kind, transceiver });
  }

  async #offer(cause: NegotiationCause, unpublish: string[], iceRestart: boolean): Promise<Negotiation> {
    this.counters.offers++;
    this.counters.byCause[cause]++;
    const offer = await this.pc.createOffer({ iceRestart });
    await this.pc.setLocalDescription(offer);
    const publish = [...this.#sections].flatMap(([source, section]) => {
      const mid = section.transceiver.mid;
      if (!mid || !section.active) return [];
      const { muted = false, simulcast = source === 'camera', contentHint } = section.options;
      return [{ mid, source, muted, simulcast, ...(contentHint ? { contentHint } : {}) }];
    });
    const with_ = this.#epoch === null ? {} : { epoch: this.#epoch };
    return { seq: ++this.#seq, ...with_, sdp: offer.sdp ?? '', ...(iceRestart ? { iceRestart } : {}), publish, unpublish };
  }

  async #round(cause: NegotiationCause, unpublish: string[], iceRestart = false): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const offer = await this.#offer(cause, unpublish, iceRestart);
      try {
        await this.acceptAnswer(await this.#options.negotiate(offer));
        return;
      } catch (reason) {
        if (this.pc.signalingState === 'have-local-offer') await this.pc.setLocalDescription({ type: 'rollback' });
        const stale = reason instanceof SylkError && reason.code === 'negotiation_stale';
        if (!stale || attempt >= STALE_TRIES) throw reason;
      }
    }
  }

  /** Remembers the muted state for the offers to come. */
  noteMuted(source: LocalSource, muted: boolean): void {
    const section = this.#sections.get(source);
    if (section) section.options = { ...section.options, muted };
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(work, work);
    this.#queue = run.catch(() => undefined);
    return run;
  }
}
