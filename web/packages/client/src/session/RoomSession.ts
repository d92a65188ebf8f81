import { SylkError } from '../errors';
import { Playback } from '../media/Playback';
import { PeerLink } from '../media/PeerLink';
import { Store } from '../state/Store';
import { countRevision, roomReducer } from '../state/roomReducer';
import { fromJoin, fromSync } from '../state/roomState';
import { COUNTED_ONLY, EVENT_NAMES, toEvent, type HubEvent } from '../wire/events';
import { call, signalRHub, type HubFactory, type HubPort } from '../wire/HubPort';
import { PROTOCOL, type HubMethod, type HubMethods, type JoinRequest, type JoinResult, type Resume } from '../wire/messages';
import { retry } from '../reconnect/Retry';
import { LinkWatch } from './LinkWatch';
import { LocalMedia } from './LocalMedia';
import { INITIAL_STATE, type Ended, type SessionState } from './state';
import { Viewer } from './Viewer';

export interface JoinOptions {
  displayName: string;
  token?: string;
  invite?: string;
  passcode?: string;
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
  readonly room: string;
  readonly #options: RoomSessionOptions;
  readonly #playback = new Playback((blocked) => this.store.update((s) => ({ ...s, audioBlocked: blocked })));
  #join: JoinOptions = { displayName: '' };
  #hub: HubPort | null = null;
  #link: PeerLink | null = null;
  #watch: LinkWatch | null = null;
  #resume: Resume | null = null;
  #held: HubEvent[] | null = null;
  #syncing = false;
  #noticeKey = 0;

  constructor(room: string, options: RoomSessionOptions) {
    this.room = room;
    this.#options = options;
    this.media = new LocalMedia({
      store: this.store,
      link: () => this.#link,
      setTrackMuted: (trackId, muted) => this.invoke('SetTrackMuted', { trackId, muted }),
      onDeviceLost: (source, device) => this.notify('warning', device, source === 'camera' ? 'cameraLost' : 'microphoneLost'),
    });
    this.viewer = new Viewer(() => this.#link?.slotMids('video') ?? [], (request) => void this.#tell('SetView', request));
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
      await this.#dropHub();
      this.#link?.close();
      this.#link = null;
      this.#set({ phase: 'idle' });
      throw SylkError.from(reason);
    }
  }

  /** Any hub method by name. @throws SylkError */
  invoke<M extends HubMethod>(method: M, request: HubMethods[M]['request']): Promise<HubMethods[M]['value']> {
    if (!this.#hub) return Promise.reject(new SylkError('connection_failed', 'Not connected'));
    return call(this.#hub, method, request);
  }

  async leave(): Promise<void> {
    this.media.stop();
    const goodbye = this.invoke('Leave', {}).catch(() => undefined);
    this.#end({ kind: 'left', code: 'left', detail: '' });
    await goodbye;
    await this.#dropHub();
  }

  /** For `pagehide`: no promise will be waited for. */
  leaveNow(): void {
    this.#hub?.send('Leave', {});
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
    const [offer] = await Promise.all([link.firstOffer(), this.#connect()]);
    await this.#admit(await this.invoke('Join', { ...this.#request(), offer }));
  }

  #request(): JoinRequest {
    const { displayName, token, invite, passcode } = this.#join;
    const client = this.#options.client ?? { name: '@sylk/client', version: '0.1.0' };
    return {
      room: this.room, displayName, protocol: PROTOCOL, client: { ...client, platform: navigator.userAgent },
      ...(token ? { token } : {}), ...(invite ? { invite } : {}), ...(passcode ? { passcode } : {}),
    };
  }

  async #connect(): Promise<void> {
    await this.#dropHub();
    const hub = (this.#options.hub ?? signalRHub)(this.#options.url);
    this.#hub = hub;
    this.#held = [];
    for (const name of EVENT_NAMES) hub.on(name, (payload) => this.#receive(hub, toEvent(name, payload)));
    for (const name of COUNTED_ONLY) hub.on(name, (payload) => this.#count(payload['rev'] as number | undefined));
    hub.onClose(() => {
      if (this.#hub === hub) this.#watch?.signallingLost();
    });
    await hub.start();
  }

  async #admit(result: JoinResult): Promise<void> {
    this.#resume = { sessionId: result.sessionId, resumeKey: result.resumeKey, lastRev: 0 };
    this.store.update((s) => ({ ...s, phase: result.status, room: fromJoin(result, s.room) }));
    if (result.status === 'waiting') {
      this.#held = null;
      return;
    }
    if (result.iceServers?.length) this.#link?.pc.setConfiguration({ ...this.#link.pc.getConfiguration(), iceServers: result.iceServers });
    this.#release();
    if (result.answer) await this.#link?.acceptAnswer(result.answer);
    else await this.#link?.renegotiate('requested', false, 'resume');
    this.#playAudio();
    this.viewer.reset();
    this.#watch ??= this.#newWatch();
  }

  #newLink(): PeerLink {
    this.#link?.close();
    this.#playback.close();
    const link: PeerLink = new PeerLink({
      audioSlots: this.#join.audioSlots ?? 8,
      videoSlots: this.#join.videoSlots ?? 9,
      negotiate: (offer) => this.invoke('Negotiate', offer),
      onIceState: (state) => {
        if (link === this.#link) this.#watch?.iceChanged(state);
      },
      ...(this.#options.createPeer ? { createPeer: this.#options.createPeer } : {}),
    });
    this.#link = link;
    return link;
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
      report: (report) => void this.#tell('ReportStats', report),
      onTrouble: (trouble) => this.#set({ trouble }),
      resume: (withMedia) => this.#resumeRoom(withMedia),
      restartIce: async () => this.#link?.renegotiate('iceRestart', true),
      onGivenUp: (error) => this.#end({ kind: 'failed', code: error.code, detail: error.detail, traceId: error.traceId }),
    });
  }

  /** Rungs 2 and 4: a new hub connection, the same participant. */
  async #resumeRoom(withMedia: boolean): Promise<void> {
    await retry(async () => {
      await this.#connect();
      const resume = this.#resume ? { resume: { ...this.#resume, lastRev: this.store.snapshot.room.rev } } : {};
      const result = await this.invoke('Join', { ...this.#request(), ...resume });
      const same = result.self.id === this.store.snapshot.room.selfId;
      this.#resume = { sessionId: result.sessionId, resumeKey: result.resumeKey, lastRev: 0 };
      this.store.update((s) => ({ ...s, phase: result.status, room: fromJoin(result, s.room) }));
      this.#release();
      if (!same) await this.#rebuildMedia();
      else if (withMedia) await this.#link?.renegotiate('iceRestart', true);
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

  #receive(hub: HubPort, event: HubEvent): void {
    if (hub !== this.#hub) return;
    if (this.#held && event.type !== 'Admitted' && event.type !== 'Denied' && event.type !== 'Disconnect') {
      this.#held.push(event);
      return;
    }
    this.store.update((s) => ({ ...s, room: roomReducer(s.room, event) }));
    this.#react(event);
    if (this.store.snapshot.room.gap) void this.#sync();
  }

  #count(rev: number | undefined): void {
    if (this.#held) return;
    this.store.update((s) => ({ ...s, room: countRevision(s.room, rev) }));
    if (this.store.snapshot.room.gap) void this.#sync();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of held) if (this.#hub) this.#receive(this.#hub, event);
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
        void this.#link?.setActiveRids(event.data.trackId, event.data.activeRids);
        return;
      case 'RenegotiateRequested':
        void this.#link?.renegotiate('requested', event.data.iceRestart ?? false, event.data.reason).catch(() => this.#watch?.mediaLost());
        return;
      case 'Disconnect':
        return this.#disconnected(event.data);
      default:
    }
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
    void this.#dropHub();
  }

  async #sync(): Promise<void> {
    if (this.#syncing) return;
    this.#syncing = true;
    try {
      const result = await this.invoke('Sync', { lastRev: this.store.snapshot.room.rev });
      this.store.update((s) => ({ ...s, room: fromSync(s.room, result) }));
      for (const { type, ...payload } of result.events ?? []) {
        this.store.update((s) => ({ ...s, room: roomReducer(s.room, toEvent(type as HubEvent['type'], payload)) }));
      }
    } catch (reason) {
      if (SylkError.from(reason).code !== 'connection_failed') throw reason;
    } finally {
      this.#syncing = false;
    }
  }

  /** For calls whose failure needs no answer: the ladder notices a dead connection by itself. */
  async #tell<M extends HubMethod>(method: M, request: HubMethods[M]['request']): Promise<void> {
    await this.invoke(method, request).catch((reason: unknown) => {
      if (!(reason instanceof SylkError)) throw reason;
    });
  }

  #notice(level: string, text: string, code?: string, by?: string): void {
    const notice = { key: ++this.#noticeKey, level, text, ...(code ? { code } : {}), ...(by ? { by } : {}) };
    this.store.update((s) => ({ ...s, notices: [...s.notices, notice].slice(-4) }));
  }

  #end(ended: Ended): void {
    this.#watch?.close();
    this.#watch = null;
    this.viewer.close();
    this.media.stop();
    this.#playback.close();
    this.#link?.close();
    this.#set({ phase: 'ended', ended, trouble: null });
  }

  async #dropHub(): Promise<void> {
    const hub = this.#hub;
    this.#hub = null;
    await hub?.stop().catch(() => undefined);
  }

  #set(patch: Partial<SessionState>): void {
    this.store.update((s) => ({ ...s, ...patch }));
  }
}
