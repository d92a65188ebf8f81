import { captureDevice, captureScreen } from '../devices/capture';
import type { PeerLink } from '../media/PeerLink';
import type { Store } from '../state/Store';
import type { LocalSource } from '../wire/model';
import type { LocalState, SessionState, SourceState } from './state';

export interface LocalMediaPorts {
  store: Store<SessionState>;
  link: () => PeerLink | null;
  setTrackMuted: (trackId: string, muted: boolean) => Promise<void>;
  /** Tells the person that a device went away; `device` is the one that took over, empty when there is none. */
  onDeviceLost: (source: 'camera' | 'microphone', device: string) => void;
}

/** The person's own devices and what is published of them. Muting never makes an offer; starting and stopping a source does. */
export class LocalMedia {
  readonly #ports: LocalMediaPorts;

  constructor(ports: LocalMediaPorts) {
    this.#ports = ports;
  }

  get #local(): LocalState {
    return this.#ports.store.snapshot.local;
  }

  /** Takes over the tracks the lobby opened, before the first offer. */
  adopt(microphone: MediaStreamTrack | null, camera: MediaStreamTrack | null, muted: boolean): void {
    if (microphone) microphone.enabled = !muted;
    this.#patch({ microphoneTrack: microphone, cameraTrack: camera });
    this.#set('microphone', microphone ? (muted ? 'muted' : 'on') : 'off');
    this.#set('camera', camera ? 'on' : 'off');
    this.#watchEnd('microphone', microphone);
    this.#watchEnd('camera', camera);
  }

  /** Puts everything that is on into a new connection. */
  attachAll(link: PeerLink): void {
    const { microphoneTrack, cameraTrack, screenTrack, screenAudioTrack, sources } = this.#local;
    if (microphoneTrack) link.attach('microphone', microphoneTrack, { muted: sources.microphone === 'muted' });
    if (sources.camera !== 'off') link.attach('camera', cameraTrack, { muted: sources.camera === 'muted' });
    if (screenTrack) link.attach('screen', screenTrack, { contentHint: 'text' });
    if (screenAudioTrack) link.attach('screenAudio', screenAudioTrack);
  }

  async setMicrophone(on: boolean): Promise<void> {
    const track = this.#local.microphoneTrack;
    if (!track) {
      if (on) await (this.#local.sources.microphone === 'muted' ? this.#reopen('microphone') : this.#start('microphone'));
      return;
    }
    track.enabled = on;
    await this.#muted('microphone', !on);
  }

  async setCamera(on: boolean): Promise<void> {
    const state = this.#local.sources.camera;
    if (!on) {
      if (state !== 'on') return;
      this.#local.cameraTrack?.stop();
      this.#patch({ cameraTrack: null });
      await this.#ports.link()?.replaceTrack('camera', null);
      await this.#muted('camera', true);
      return;
    }
    if (state === 'off') return this.#start('camera');
    if (state === 'muted') await this.#reopen('camera');
  }

  async setDevice(kind: 'camera' | 'microphone', deviceId: string): Promise<void> {
    this.#patch({ deviceIds: { ...this.#local.deviceIds, [kind]: deviceId } });
    const old = kind === 'camera' ? this.#local.cameraTrack : this.#local.microphoneTrack;
    if (!old) return;
    const captured = await this.#capture(kind);
    if (!captured) return;
    captured.enabled = old.enabled;
    old.stop();
    this.#patch(kind === 'camera' ? { cameraTrack: captured } : { microphoneTrack: captured });
    await this.#ports.link()?.replaceTrack(kind, captured);
  }

  async startScreen(): Promise<boolean> {
    const screen = await captureScreen();
    if (!screen) return false;
    screen.video.addEventListener('ended', () => void this.stopScreen());
    this.#patch({ screenTrack: screen.video, screenAudioTrack: screen.audio });
    this.#set('screen', 'starting');
    try {
      await this.#publishScreen('screen', screen.video);
      if (screen.audio) await this.#publishScreen('screenAudio', screen.audio);
    } catch (reason) {
      // What nobody will see must not go on being captured.
      await this.stopScreen();
      throw reason;
    }
    return this.#local.screenTrack === screen.video;
  }

  async #publishScreen(source: 'screen' | 'screenAudio', track: MediaStreamTrack): Promise<void> {
    if (track.readyState === 'ended') return;
    await this.#ports.link()?.publish(source, track, source === 'screen' ? { contentHint: 'text' } : {});
    if (track.readyState === 'live') this.#set(source, 'on');
  }

  async stopScreen(): Promise<void> {
    if (this.#local.sources.screen === 'off') return;
    const { screenTrack, screenAudioTrack } = this.#local;
    for (const track of [screenTrack, screenAudioTrack]) track?.stop();
    this.#patch({ screenTrack: null, screenAudioTrack: null });
    this.#set('screen', 'off');
    this.#set('screenAudio', 'off');
    await this.#ports.link()?.unpublish(['screen', 'screenAudio']);
  }

  /** The server silenced a source of ours: follow, do not argue. */
  async forcedMute(source: string): Promise<void> {
    if (source === 'microphone' || source === 'all') await this.setMicrophone(false);
    if (source === 'camera' || source === 'all') await this.setCamera(false);
    if (source === 'screen' || source === 'all') await this.stopScreen();
  }

  /** Camera light off, now. */
  stop(): void {
    const { microphoneTrack, cameraTrack, screenTrack, screenAudioTrack } = this.#local;
    for (const track of [microphoneTrack, cameraTrack, screenTrack, screenAudioTrack]) track?.stop();
    this.#patch({ microphoneTrack: null, cameraTrack: null, screenTrack: null, screenAudioTrack: null });
  }

  clearTrouble(): void {
    this.#patch({ trouble: null });
  }

  async #start(source: 'camera' | 'microphone'): Promise<void> {
    this.#set(source, 'starting');
    const track = await this.#capture(source);
    const link = this.#ports.link();
    if (!track || !link) return this.#set(source, 'off');
    this.#patch(source === 'camera' ? { cameraTrack: track } : { microphoneTrack: track });
    await link.publish(source, track);
    this.#set(source, 'on');
  }

  /** Puts a fresh track into a section that exists: no offer. */
  async #reopen(kind: 'camera' | 'microphone'): Promise<void> {
    this.#set(kind, 'starting');
    const track = await this.#capture(kind);
    if (!track) return this.#set(kind, 'muted');
    this.#patch(kind === 'camera' ? { cameraTrack: track } : { microphoneTrack: track });
    await this.#ports.link()?.replaceTrack(kind, track);
    await this.#muted(kind, false);
  }

  async #capture(kind: 'camera' | 'microphone'): Promise<MediaStreamTrack | null> {
    const captured = await captureDevice(kind, this.#local.deviceIds[kind]);
    if (!captured.ok) {
      this.#patch({ trouble: { source: kind, trouble: captured.trouble } });
      return null;
    }
    if (captured.instead) {
      this.#patch({ deviceIds: { ...this.#local.deviceIds, [kind]: '' } });
      this.#ports.onDeviceLost(kind, captured.track.label);
    }
    this.#watchEnd(kind, captured.track);
    return captured.track;
  }

  /** An unplugged device ends its track; the default one takes over (B9). */
  #watchEnd(kind: 'camera' | 'microphone', track: MediaStreamTrack | null): void {
    track?.addEventListener('ended', () => {
      const current = kind === 'camera' ? this.#local.cameraTrack : this.#local.microphoneTrack;
      if (current === track) void this.#replaceLost(kind);
    });
  }

  async #replaceLost(kind: 'camera' | 'microphone'): Promise<void> {
    const lost = kind === 'camera' ? this.#local.cameraTrack : this.#local.microphoneTrack;
    await this.setDevice(kind, '');
    const now = kind === 'camera' ? this.#local.cameraTrack : this.#local.microphoneTrack;
    const replaced = now !== lost;
    this.#ports.onDeviceLost(kind, replaced ? (now?.label ?? '') : '');
    if (replaced) return;
    // Nothing took over: others see it muted, and turning it on asks the browser again.
    this.clearTrouble();
    this.#patch(kind === 'camera' ? { cameraTrack: null } : { microphoneTrack: null });
    await this.#ports.link()?.replaceTrack(kind, null);
    await this.#muted(kind, true);
  }

  async #muted(source: LocalSource, muted: boolean): Promise<void> {
    this.#set(source, muted ? 'muted' : 'on');
    const link = this.#ports.link();
    link?.noteMuted(source, muted);
    const trackId = link?.trackIdOf(source);
    if (trackId) await this.#ports.setTrackMuted(trackId, muted);
  }

  #set(source: LocalSource, state: SourceState): void {
    this.#patch({ sources: { ...this.#local.sources, [source]: state } });
  }

  #patch(patch: Partial<LocalState>): void {
    this.#ports.store.update((s) => ({ ...s, local: { ...s.local, ...patch } }));
  }
}
