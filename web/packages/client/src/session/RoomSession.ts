import { SylkError } from '../errors';
import { Playback } from '../media/Playback';
import { PeerLink } from '../media/PeerLink';
import { Store } from '../state/Store';
import { fromJoin } from '../state/roomState';
import type { HubEvent } from '../wire/events';
import type { HubFactory } from '../wire/HubPort';
import { PROTOCOL, type HubMethod, type HubMethods, type JoinRequest, type JoinResult, type Resume } from '../wire/messages';
import { retry } from '../reconnect/Retry';
import { HomeMove } from './HomeMove';
import { HubChannel } from './HubChannel';
import { LinkWatch } from './LinkWatch';
import { LocalMedia } from './LocalMedia';
import { Moderation } from './Moderation';
import { RoomCalls } from './RoomCalls';
import { RoomChat } from './RoomChat';
import { RoomData } from './RoomData';
import { RoomFacts } from './RoomFacts';
import { RoomFiles } from './RoomFiles';
import type { Slot } from '../wire/model';
import { INITIAL_STATE, type Ended, type SessionState } from './state';
import { Viewer } from './Viewer';

export interface JoinOptions {
  displayName: string;
  token?: string;
  invite?: string;
  passcode?: string;
  /** The CSRF token of the session by which somebody is signed in: they join as who they are. */
  session?: string;
  microphone?: MediaStreamTrack | null;
  camera?: MediaStreamTrack | null;
  startMuted?: boolean;
  deviceIds?: Partial<Record<'camera' | 'microphone' | 'speaker', string>>;
  audioSlots?: number;
  videoSlots?: number;
}
export interface RoomSessionOptions {
  url: string;
  hub?: HubFactory;
  createPeer?: (configuration: RTCConfiguration) => RTCPeerConnection;
  client?: { name: string; version: string };
}

/** One visit to one room: join, stay, leave. State is read from `store`; everything else is a verb. */
export class RoomSession {
  readonly store = new Store<SessionState>(INITIAL_STATE);
  readonly media: LocalMedia;
  readonly viewer: Viewer;
  readonly data: RoomData;
  readonly chat: RoomChat;
  readonly calls: RoomCalls;
  readonly files: RoomFiles;
  readonly moderation: Moderation;
  readonly room: string;
  readonly #options: RoomSessionOptions;
  readonly #hub: HubChannel;
  readonly #facts: RoomFacts;
  readonly #playback = new Playback((blocked) => this.store.update((s) => ({ ...s, audioBlocked: blocked })));
  #join: JoinOptions = { displayName: '' };
  readonly #move = new HomeMove({
    current: () => this.#link,
    create: (like) => {
      const link = this.#makeLink(like.seq, like.pc.getConfiguration().iceServers);
      link.layOutLike(like);
      return link;
    },
    negotiate: (offer) => this.invoke('Negotiate', offer),
    answered: () => this.viewer.reset(),
    slots: () => this.store.snapshot.room.slots,
    take: (link, slots) => this.#take(link, slots),
  });
  #link: PeerLink | null = null;
  #watch: LinkWatch | null = null;
  #resume: Resume | null = null;
  #noticeKey = 0;
  #asking = false;

  constructor(room: string, options: RoomSessionOptions) {
    this.room = room;
    this.#options = options;
    this.#hub = new HubChannel(options.url, options.hub, {
      onEvent: (event) => this.#receive(event),
      onRevision: (rev) => this.#facts.count(rev),
      onLost: () => this.#lost(),
    });
    const invoke: RoomSession['invoke'] = (method, request) => this.invoke(method, request);
    this.#facts = new RoomFacts(this.store, (lastRev) => invoke('Sync', { lastRev }), () => void this.chat.catchUp().catch(() => undefined));
    this.chat = new RoomChat({ store: this.store, invoke });
    this.calls = new RoomCalls({ store: this.store, invoke });
    this.files = new RoomFiles({ store: this.store, invoke });
    this.moderation = new Moderation(invoke);
    this.media = new LocalMedia({
      store: this.store,
      link: () => this.#link,
      setTrackMuted: (trackId, muted) => this.invoke('SetTrackMuted', { trackId, muted }),
      onDeviceLost: (source, device) => this.notify('warning', device, source === 'camera' ? 'cameraLost' : 'microphoneLost'),
    });
    this.data = new RoomData({
      sendLossy: (topic, payload) => this.#link?.data.sendLossy(topic, payload) ?? false,
      sendData: (request) => this.invoke('SendData', request),
    });
    this.viewer = new Viewer(() => this.#link?.slotMids('video') ?? [], (request) => void this.#hub.tell('SetView', request));
  }

  /** The connection itself, for statistics and tests. */
  get link(): PeerLink | null {
    return this.#link;
  }

  /** One round trip: the first offer travels inside `Join`. @throws SylkError with the registry's code. */
  async join(options: JoinOptions): Promise<void> {
    this.#join = options;
    this.#set({ phase: 'joining', ended: null });
    this.store.update((s) => ({ ...s, local: { ...s.local, deviceIds: { ...s.local.deviceIds, ...options.deviceIds } } }));
    this.media.adopt(options.microphone ?? null, options.camera ?? null, options.startMuted ?? false);
    try {
      await this.#enter();
    } catch (reason) {
      await this.#hub.drop();
      this.#link?.close();
      this.#link = null;
      this.#set({ phase: 'idle' });
      throw SylkError.from(reason);
    }
  }

  /** Any hub method by name. @throws SylkError */
  invoke<M extends HubMethod>(method: M, request: HubMethods[M]['request']): Promise<HubMethods[M]['value']> {
    return this.#hub.invoke(method, request);
  }

  async leave(): Promise<void> {
    this.media.stop();
    const goodbye = this.invoke('Leave', {}).catch(() => undefined);
    this.#end({ kind: 'left', code: 'left', detail: '' });
    await goodbye;
    await this.#hub.drop();
  }

  /** For `pagehide`: no promise will be waited for. */
  leaveNow(): void {
    this.#hub.send('Leave', {});
  }

  setSpeaker(deviceId: string): Promise<void> {
    this.store.update((s) => ({ ...s, local: { ...s.local, deviceIds: { ...s.local.deviceIds, speaker: deviceId } } }));
    return this.#playback.setSink(deviceId);
  }

  resumeAudio(): Promise<void> {
    return this.#playback.resume();
  }

  answerUnmute(accept: boolean): void {
    const asked = this.store.snapshot.unmuteAsked;
    this.#set({ unmuteAsked: null });
    if (!asked || !accept) return;
    void (asked.source === 'camera' ? this.media.setCamera(true) : this.media.setMicrophone(true));
  }

  /** Shows the person a line; pages use it for what they notice themselves. */
  notify(level: string, text: string, code?: string): void {
    this.#notice(level, text, code);
  }

  dismissNotice(key: number): void {
    this.store.update((s) => ({ ...s, notices: s.notices.filter((n) => n.key !== key) }));
  }

  async #enter(): Promise<void> {
    this.#resume = null;
    const link = this.#newLink();
    this.media.attachAll(link);
    const [offer] = await Promise.all([link.firstOffer(), this.#hub.connect()]);
    await this.#admit(await this.invoke('Join', { ...this.#request(), offer }));
  }

  #request(): JoinRequest {
    const { displayName, token, invite, passcode, session } = this.#join;
    const client = this.#options.client ?? { name: '@sylk/client', version: '0.1.0' };
    return {
      room: this.room, displayName, protocol: PROTOCOL, client: { ...client, platform: navigator.userAgent },
      ...(token ? { token } : {}), ...(invite ? { invite } : {}), ...(passcode ? { passcode } : {}), ...(session ? { session } : {}),
    };
  }

  async #admit(result: JoinResult): Promise<void> {
    this.#resume = { sessionId: result.sessionId, resumeKey: result.resumeKey, lastRev: 0 };
    if (result.status === 'waiting') return this.#set({ phase: 'waiting' });
    this.#joined(result);
    if (result.iceServers?.length) this.#link?.pc.setConfiguration({ ...this.#link.pc.getConfiguration(), iceServers: result.iceServers });
    this.#hub.release();
    if (result.answer) await this.#link?.acceptAnswer(result.answer);
    else await this.#link?.renegotiate('requested', false, 'resume');
    this.#playAudio();
    this.viewer.reset();
    this.#watch ??= this.#newWatch();
  }

  #joined(result: JoinResult): void {
    this.store.update((s) => ({ ...s, phase: 'joined', room: fromJoin(result, s.room) }));
    void this.chat.joined(result.chat?.last ?? [], result.chat?.unreadFrom).catch(() => undefined);
  }

  /** Who waits has nothing to resume: they ask again, and their place in the queue is the server's business. */
  #lost(): void {
    if (this.store.snapshot.phase !== 'waiting') return this.#watch?.signallingLost();
    if (this.#asking) return;
    this.#asking = true;
    const ended = (): boolean => this.store.snapshot.phase === 'ended';
    void retry(() => this.#enter(), { stopped: ended }).catch((reason: unknown) => {
      const { code, detail, traceId } = SylkError.from(reason);
      if (!ended()) this.#end({ kind: 'failed', code, detail, traceId });
    }).finally(() => (this.#asking = false));
  }

  #newLink(): PeerLink {
    this.#link?.close();
    this.#playback.close();
    return this.#link = this.#makeLink(0);
  }

  #makeLink(seq: number, iceServers: RTCIceServer[] = []): PeerLink {
    const link: PeerLink = new PeerLink({
      seq,
      iceServers,
      audioSlots: this.#join.audioSlots ?? 8,
      videoSlots: this.#join.videoSlots ?? 9,
      negotiate: (offer) => this.invoke('Negotiate', offer),
      onData: (message) => this.data.deliver(message),
      onIceState: (state) => {
        if (link === this.#link) this.#watch?.iceChanged(state);
      },
      ...(this.#options.createPeer ? { createPeer: this.#options.createPeer } : {}),
    });
    return link;
  }

  /** Another server carries the room now: same people, same tracks, another connection. */
  #take(link: PeerLink, slots: Record<string, Slot>): void {
    if (this.store.snapshot.phase === 'ended') return link.close();
    this.#link = link;
    this.#playAudio();
    this.#watch?.iceChanged(link.pc.iceConnectionState);
    this.store.update((s) => ({ ...s, room: { ...s.room, slots } }));
  }

  /** A connection whose server is no longer the room's is of no use, whatever is tried on it. */
  async #restartIce(): Promise<void> {
    try {
      await this.#link?.renegotiate('iceRestart', true);
    } catch (reason) {
      if (SylkError.from(reason).code !== 'negotiation_stale') throw reason;
      await this.#move.go(true);
    }
  }

  #playAudio(): void {
    const link = this.#link;
    if (!link) return;
    this.#playback.close();
    for (const mid of link.slotMids('audio')) {
      const track = link.trackForMid(mid);
      if (track) this.#playback.add(track);
    }
    const sink = this.store.snapshot.local.deviceIds.speaker;
    if (sink) void this.#playback.setSink(sink);
  }

  #newWatch(): LinkWatch {
    return new LinkWatch({
      link: () => this.#link,
      onStats: (stats) => this.#set({ stats }),
      report: (report) => void this.#hub.tell('ReportStats', report),
      onTrouble: (trouble) => this.#set({ trouble }),
      resume: (withMedia) => this.#resumeRoom(withMedia),
      restartIce: () => this.#restartIce(),
      onGivenUp: (error) => this.#end({ kind: 'failed', code: error.code, detail: error.detail, traceId: error.traceId }),
    });
  }

  /** Rungs 2 and 4: a new hub connection, the same participant. */
  async #resumeRoom(withMedia: boolean): Promise<void> {
    await retry(async () => {
      await this.#hub.connect();
      const resume = this.#resume ? { resume: { ...this.#resume, lastRev: this.store.snapshot.room.rev } } : {};
      const result = await this.invoke('Join', { ...this.#request(), ...resume });
      const same = result.self.id === this.store.snapshot.room.selfId;
      this.#resume = { sessionId: result.sessionId, resumeKey: result.resumeKey, lastRev: 0 };
      this.#joined(result);
      this.#hub.release();
      const moved = result.mediaEpoch && this.#link?.epoch && result.mediaEpoch !== this.#link.epoch;
      if (!same) await this.#rebuildMedia();
      else if (moved) await this.#move.go(withMedia, result.mediaEpoch ?? undefined);
      else if (withMedia) await this.#restartIce();
      this.viewer.reset();
    }, { stopped: () => this.store.snapshot.phase === 'ended' });
  }

  async #rebuildMedia(): Promise<void> {
    const link = this.#newLink();
    this.media.attachAll(link);
    const offer = await link.firstOffer();
    await link.acceptAnswer(await this.invoke('Negotiate', offer));
    this.#playAudio();
  }

  #receive(event: HubEvent): void {
    if (event.type === 'Slots' && this.#move.holds(event.data)) return;
    this.#facts.apply(event);
    this.chat.receive(event);
    this.#react(event);
  }

  #react(event: HubEvent): void {
    switch (event.type) {
      case 'Admitted':
        void this.#admitted(event.data);
        return;
      case 'Denied':
        return this.#end({ kind: 'failed', code: 'waiting_denied', detail: event.data.message ?? '' });
      case 'MuteRequested':
        this.#notice('info', '', 'mutedBy', event.data.by);
        void this.media.forcedMute(event.data.source);
        return;
      case 'UnmuteRequested':
        return this.#set({ unmuteAsked: { source: event.data.source, by: event.data.by ?? '' } });
      case 'Notice':
        return this.#notice(event.data.level, event.data.text, event.data.code);
      case 'PublishHint':
        void this.#move.linkOf(event.data.epoch)?.followHint(event.data);
        return;
      case 'RenegotiateRequested':
        if (event.data.reason.startsWith('node')) return this.#relocate(event.data);
        void this.#link?.renegotiate('requested', event.data.iceRestart ?? false, event.data.reason).catch(() => this.#watch?.mediaLost());
        return;
      case 'Data':
        return this.data.deliverEncoded(event.data);
      case 'Disconnect':
        return this.#disconnected(event.data);
      default:
    }
  }

  #relocate(request: { reason: string; epoch?: number }): void {
    void this.#move.go(request.reason === 'nodeLost', request.epoch).catch(() => this.#watch?.mediaLost());
  }

  /** `Admitted` carries a JoinResult; without an answer in it the offer is made again. */
  async #admitted(result: JoinResult): Promise<void> {
    if (this.store.snapshot.phase !== 'waiting') return;
    if (!result.answer) await this.#link?.pc.setLocalDescription({ type: 'rollback' });
    await this.#admit({ ...result, status: 'joined' });
  }

  #disconnected(order: { code: string; detail?: string; action: 'stop' | 'resume' | 'rejoin'; afterMs?: number }): void {
    if (order.action === 'resume') return this.#watch?.signallingLost();
    if (order.action === 'rejoin') {
      this.#resume = null;
      setTimeout(() => this.#watch?.signallingLost(), order.afterMs ?? 0);
      return;
    }
    const kind = order.code === 'room_ended' ? 'ended' : order.code === 'removed' || order.code === 'banned' ? 'removed' : 'failed';
    this.#end({ kind, code: order.code, detail: order.detail ?? '' });
    void this.#hub.drop();
  }

  #notice(level: string, text: string, code?: string, by?: string): void {
    const notice = { key: ++this.#noticeKey, level, text, ...(code ? { code } : {}), ...(by ? { by } : {}) };
    this.store.update((s) => ({ ...s, notices: [...s.notices, notice].slice(-4) }));
  }

  #end(ended: Ended): void {
    this.#watch?.close();
    this.#watch = null;
    this.viewer.close();
    this.chat.close();
    this.files.close();
    this.media.stop();
    this.#playback.close();
    this.#move.close();
    this.#link?.close();
    this.#set({ phase: 'ended', ended, trouble: null });
  }

  #set(patch: Partial<SessionState>): void {
    this.store.update((s) => ({ ...s, ...patch }));
  }
}
