import type { DeviceTrouble } from '../devices/permission';
import type { LinkStats } from '../media/PeerStats';
import type { Rung } from '../reconnect/health';
import { EMPTY_CHAT, type ChatState } from '../state/chatState';
import { EMPTY_ROOM, type RoomSnapshot } from '../state/roomState';
import type { LocalSource } from '../wire/model';

export type SourceState = 'off' | 'starting' | 'on' | 'muted';

export interface LocalState {
  readonly sources: Readonly<Record<LocalSource, SourceState>>;
  /** Own picture, for the self view. */
  readonly cameraTrack: MediaStreamTrack | null;
  readonly screenTrack: MediaStreamTrack | null;
  readonly screenAudioTrack: MediaStreamTrack | null;
  readonly microphoneTrack: MediaStreamTrack | null;
  readonly trouble: { source: 'camera' | 'microphone'; trouble: DeviceTrouble } | null;
  readonly deviceIds: Readonly<Record<'camera' | 'microphone' | 'speaker', string>>;
}

export interface Ended {
  kind: 'left' | 'removed' | 'ended' | 'failed';
  code: string;
  detail: string;
  traceId?: string;
}

/** A file on its way to the room. */
export interface UploadState {
  key: number;
  name: string;
  /** Bytes. */
  size: number;
  sent: number;
  status: 'waiting' | 'sending' | 'paused' | 'failed';
  /** The registry's code, when it failed, and the server's words to it. */
  error?: string;
  detail?: string;
}

export interface SessionState {
  readonly phase: 'idle' | 'joining' | 'waiting' | 'joined' | 'ended';
  readonly ended: Ended | null;
  readonly room: RoomSnapshot;
  readonly chat: ChatState;
  readonly uploads: readonly UploadState[];
  readonly local: LocalState;
  /** What the reconnect ladder is busy with, and since when (ms, monotonic). */
  readonly trouble: { rung: Rung; since: number } | null;
  readonly audioBlocked: boolean;
  readonly stats: LinkStats | null;
  readonly unmuteAsked: { source: string; by: string } | null;
  readonly notices: readonly { key: number; level: string; text: string; code?: string; by?: string }[];
}

export const INITIAL_STATE: SessionState = {
  phase: 'idle', ended: null, room: EMPTY_ROOM, chat: EMPTY_CHAT, uploads: [], trouble: null, audioBlocked: false, stats: null, unmuteAsked: null, notices: [],
  local: {
    sources: { microphone: 'off', camera: 'off', screen: 'off', screenAudio: 'off' },
    cameraTrack: null, screenTrack: null, screenAudioTrack: null, microphoneTrack: null, trouble: null,
    deviceIds: { camera: '', microphone: '', speaker: '' },
  },
};
