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
  /** What the browser gave for a shared screen: the picture, and its sound where there is any. */
  #shared: MediaStreamTrack[] = [];

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
    const { microphoneTrack, cameraTrack, screenTrack, sources } = this.#local;
    if (microphoneTrack) link.attach('microphone', microphoneTrack, { muted: sources.microphone === 'muted' });
    if (sources.camera !== 'off') link.attach('camera', cameraTrack, { muted: sources.camera === 'muted' });
    if (!screenTrack) return;
    link.attach('screen', screenTrack, { contentHint: 'text' });
    const sound = this.#shared.find((track) => track.kind === 'audio');
    if (sound) link.attach('screenAudio', sound);
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
    this.#shared = screen.audio ? [screen.video, screen.audio] : [screen.video];
    const link = this.#ports.link();
    if (!link) {
      this.#endShared();
      return false;
    }
    screen.video.addEventListener('ended', () => void this.stopScreen());
    this.#patch({ screenTrack: screen.video });
    this.#set('screen', 'starting');
    await link.publish('screen', screen.video, { contentHint: 'text' });
    this.#set('screen', 'on');
    if (screen.audio) {
      await link.publish('screenAudio', screen.audio);
      this.#set('screenAudio', 'on');
    }
    return true;
  }

  async stopScreen(): Promise<void> {
    if (this.#local.sources.screen === 'off') return;
    this.#endShared();
    this.#patch({ screenTrack: null });
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
    for (const track of [this.#local.microphoneTrack, this.#local.cameraTrack]) track?.stop();
    this.#endShared();
    this.#patch({ microphoneTrack: null, cameraTrack: null, screenTrack: null });
  }

  /** Picture and sound of what was shared: the browser shows its mark until both have ended. */
  #endShared(): void {
    for (const track of this.#shared) track.stop();
    this.#shared = [];
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
