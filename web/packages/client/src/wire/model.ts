/** The nouns of the room hub. Field names are the wire's. */
export type ParticipantKind = 'web' | 'sip' | 'xmpp' | 'msrp' | 'sylkrtc' | 'recorder' | 'bot';
export type Role = 'moderator' | 'member' | 'listener';
export type TrackSource = 'microphone' | 'camera' | 'screen' | 'screenAudio' | 'mix' | 'file';
/** Sources a browser can publish; each owns one send section. */
export type LocalSource = 'microphone' | 'camera' | 'screen' | 'screenAudio';
export type ParticipantState = 'waiting' | 'joining' | 'active' | 'reconnecting' | 'left';

export interface Participant {
  id: string;
  identity?: string;
  displayName: string;
  kind: ParticipantKind;
  role: Role;
  caps?: string[];
  state: ParticipantState;
  handRaisedAt?: string | null;
  muted?: { audio: boolean; video: boolean };
  joinedAt?: string;
  address?: string;
  attributes?: Record<string, string>;
  away?: boolean;
}

export interface Track {
  trackId: string;
  participantId: string;
  source: TrackSource;
  kind: 'audio' | 'video';
  muted: boolean;
  width?: number;
  height?: number;
  codec?: string;
}

/** What callers are asked for: nothing, the room's PIN, or one of their own. */
export type PinMode = 'none' | 'room' | 'personal';

export interface RoomInfo {
  id?: string;
  name: string;
  title?: string;
  access?: { locked?: boolean; waitingRoom?: boolean; mode?: string; passcodeSet?: boolean; pinMode?: PinMode };
  features?: RoomFeatures;
  rev?: number;
}

/** What the room offers, and to whom. A field that is left out is not restricted. */
export interface RoomFeatures {
  chat?: boolean;
  files?: boolean;
  screen?: boolean;
  unmute?: 'everyone' | 'moderators';
  rename?: boolean;
  /** Who may call people by phone into the room, where the server calls anybody. */
  dialOut?: 'everyone' | 'moderators' | 'nobody';
  [other: string]: unknown;
}

/** `failed`: it could not be brought to its reader. */
export type ReceiptState = 'delivered' | 'displayed' | 'failed';
export interface ChatMessage {
  id: string;
  /** Order within the session; not every number is everybody's, private messages have theirs too. */
  sequence: number;
  from: { participantId: string; displayName: string; kind: ParticipantKind };
  /** Left out: everyone. */
  to?: string;
  /** Shown as it is typed, never as markup. */
  content: string;
  contentType: 'text/plain' | 'text/markdown';
  clientId?: string;
  replyTo?: string;
  timestamp: string;
  via: 'web' | 'sip' | 'xmpp' | 'msrp' | 'api';
  /** A tombstone: the message was there and its words are gone. */
  deleted?: boolean;
  /** “/me”: what the sender does, not what they say. */
  action?: boolean;
  /** When its author last changed the words. */
  editedAt?: string;
}

export interface FileInfo {
  id: string;
  name: string;
  /** Bytes. */
  size: number;
  contentType: string;
  from: { participantId: string; displayName: string };
  timestamp: string;
  url: string;
}

export interface Slot {
  mid: string;
  trackId: string | null;
  participantId: string | null;
  state: 'live' | 'paused' | 'waitingKeyframe';
  cause?: 'bandwidth' | 'view' | 'muted';
}

export interface Waiting {
  id: string;
  displayName: string;
  kind: ParticipantKind;
  since: string;
}

export type CallState = 'dialing' | 'ringing' | 'answered' | 'ended';
/** How a call ended: `completed`, `cancelled` or a code of the error registry such as `callee_busy`, with SIP's own words. */
export interface CallEnd {
  code: string;
  sip?: { status: number; reason: string } | null;
  side: 'us' | 'them';
}
/** One telephone call into the room or out of it. */
export interface Call {
  id: string;
  direction: 'in' | 'out';
  state: CallState;
  to: string;
  from?: string;
  displayName?: string;
  /** The seat it has, or will have once it is answered and let in. */
  participantId?: string;
  /** The participant who placed it. */
  by?: string | null;
  startedAt: string;
  answeredAt?: string | null;
  endedAt?: string | null;
  end?: CallEnd | null;
}

export interface SpeakerLevel {
  participantId: string;
  /** 0–100 */
  level: number;
}

export type QualityCause = 'loss' | 'jitter' | 'delay' | 'bandwidth' | 'freeze' | 'cpu';
export interface QualityItem {
  participantId: string;
  /** 1 (bad) – 5 (good) */
  score: number;
  /** `up`: what the participant sends; `down`: what is sent to them. */
  direction: 'up' | 'down';
  cause?: QualityCause | null;
}
