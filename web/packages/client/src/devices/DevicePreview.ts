import { Store } from '../state/Store';
import { captureDevice, type Captured } from './capture';
import type { DeviceTrouble } from './permission';

export type PreviewKind = 'camera' | 'microphone';
export type PreviewTracks = Record<PreviewKind, MediaStreamTrack | null>;

export interface PreviewState {
  readonly tracks: Readonly<PreviewTracks>;
  readonly on: Readonly<Record<PreviewKind, boolean>>;
  readonly trouble: Readonly<Record<PreviewKind, DeviceTrouble | null>>;
  readonly ids: Readonly<Record<PreviewKind, string>>;
  /** The browser has been asked and has not answered yet: a prompt is open or a device is waking up. */
  readonly opening: Readonly<Record<PreviewKind, boolean>>;
}

type Capture = (kind: PreviewKind, deviceId?: string) => Promise<Captured>;
const NONE: PreviewTracks = { camera: null, microphone: null };

/** The devices before a call: opened, tried, changed, and at last handed over. Of several questions about one device only the newest counts. */
export class DevicePreview {
  readonly store: Store<PreviewState>;
  readonly #capture: Capture;
  readonly #newest: Record<PreviewKind, number> = { camera: 0, microphone: 0 };

  constructor(on: PreviewState['on'], ids: PreviewState['ids'], capture: Capture = captureDevice) {
    this.#capture = capture;
    this.store = new Store<PreviewState>({ tracks: NONE, on, ids, trouble: { camera: null, microphone: null }, opening: { camera: false, microphone: false } });
  }

  /** Opens what the person left on last time. */
  start(): void {
    const { on, tracks } = this.store.snapshot;
    for (const kind of ['microphone', 'camera'] as const) if (on[kind] && !tracks[kind]) void this.open(kind);
  }

  async open(kind: PreviewKind): Promise<void> {
    const mine = ++this.#newest[kind];
    this.#set('opening', kind, true);
    const captured = await this.#capture(kind, this.store.snapshot.ids[kind]);
    if (mine !== this.#newest[kind]) {
      if (captured.ok) captured.track.stop();
      return;
    }
    this.store.snapshot.tracks[kind]?.stop();
    this.#set('tracks', kind, captured.ok ? captured.track : null);
    this.#set('trouble', kind, captured.ok ? null : captured.trouble);
    if (captured.ok && captured.instead) this.#set('ids', kind, '');
    this.#set('opening', kind, false);
  }

  /** Resolves when no question to the browser is open whose answer still counts; at once when none is. */
  settled(): Promise<void> {
    const open = (s: PreviewState): boolean => s.opening.camera || s.opening.microphone;
    if (!open(this.store.snapshot)) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.store.subscribe(open, () => {
        stop();
        resolve();
      });
    });
  }

  /** A refused device reads as off, so turning it on means: ask again. Returns what the person wants now. */
  toggle(kind: PreviewKind): boolean {
    const { on, trouble, tracks } = this.store.snapshot;
    if (on[kind] && trouble[kind]) {
      void this.open(kind);
      return true;
    }
    const next = !on[kind];
    this.#set('on', kind, next);
    // A camera that is off is dark; a microphone that is off stays open, so that turning it on is instant.
    if (!next && kind === 'camera') this.#close(kind);
    if (next && !tracks[kind]) void this.open(kind);
    return next;
  }

  /** Goes on without the device, and stops waiting for it. */
  skip(kind: PreviewKind): void {
    this.#set('on', kind, false);
    this.#set('trouble', kind, null);
    this.#close(kind);
  }

  choose(kind: PreviewKind, deviceId: string): void {
    this.#set('ids', kind, deviceId);
    if (this.store.snapshot.on[kind]) void this.open(kind);
  }

  /** Gives the open tracks away; this preview will not stop them any more. */
  handOver(): PreviewTracks {
    const { tracks } = this.store.snapshot;
    this.#newest.camera++;
    this.#newest.microphone++;
    this.store.update((s) => ({ ...s, tracks: NONE }));
    return { ...tracks };
  }

  /** Stops everything, also what is still being opened. */
  close(): void {
    for (const kind of ['camera', 'microphone'] as const) this.#close(kind);
  }

  #close(kind: PreviewKind): void {
    this.#newest[kind]++;
    this.store.snapshot.tracks[kind]?.stop();
    this.#set('tracks', kind, null);
    this.#set('opening', kind, false);
  }

  #set<F extends keyof PreviewState>(field: F, kind: PreviewKind, value: PreviewState[F][PreviewKind]): void {
    this.store.update((s) => ({ ...s, [field]: { ...s[field], [kind]: value } }));
  }
}
