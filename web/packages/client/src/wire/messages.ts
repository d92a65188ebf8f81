import type { ChatMessage, FileInfo, LocalSource, Participant, QualityItem, Role, RoomFeatures, RoomInfo, Track, TrackSource, Waiting } from './model';

export const PROTOCOL = 1;

export interface WireError {
  code: string;
  title?: string;
  detail?: string;
  retryAfterMs?: number;
  traceId?: string;
}
export type Envelope<T> = { ok: true; value?: T } | { ok: false; error: WireError };

export interface PublishSection {
  mid: string;
  source: LocalSource;
  name?: string;
  muted: boolean;
  simulcast: boolean;
  contentHint?: string;
}
export interface Negotiation {
  seq: number;
  /** As the first answer said it; absent in a connection's first offer. */
  epoch?: number;
  sdp: string;
  iceRestart?: boolean;
  publish: PublishSection[];
  unpublish: string[];
}
export interface PublishedSection {
  mid: string;
  trackId: string;
  maxBitrateBps?: number;
  layers?: { rid: string; maxBitrateBps: number; scale: number }[];
}
export interface NegotiationReply {
  seq: number;
  sdp: string;
  published: PublishedSection[];
  /** Names the server that carries this connection. */
  epoch?: number;
}

export interface Resume {
  sessionId: string;
  resumeKey: string;
  lastRev: number;
}
export interface JoinRequest {
  room: string;
  token?: string;
  invite?: string;
  passcode?: string;
  session?: string;
  displayName: string;
  client: { name: string; version: string; platform: string };
  protocol: number;
  attributes?: Record<string, string>;
  offer?: Negotiation;
  resume?: Resume;
}
export interface JoinResult {
  status: 'joined' | 'waiting';
  sessionId: string;
  resumeKey: string;
  resumeWindowMs: number;
  rev?: number;
  self: Participant;
  room: RoomInfo;
  participants: Participant[];
  tracks: Track[];
  /** The newest messages, oldest first. `unreadFrom`: the first this participant has not had. */
  chat?: { last?: ChatMessage[]; unreadFrom?: string | null };
  files?: FileInfo[];
  /** For those who may let people in. */
  waiting?: Waiting[];
  spotlight?: string[];
  iceServers?: RTCIceServer[];
  limits?: { sendBitrateBps?: number; maxSlots?: number };
  answer?: NegotiationReply;
  serverTime?: string;
  protocol: number;
  /** Where the room's media is now: another number than a connection's own means that it has to be made anew. */
  mediaEpoch?: number | null;
}

export type Want = { trackId: string } | { speaker: number } | { auto: true } | null;
export interface ViewSlot {
  mid: string;
  want: Want;
  width: number;
  height: number;
  /** 0–9, higher first when bandwidth is short. */
  priority: number;
}
export interface ViewRequest {
  viewRev: number;
  slots: ViewSlot[];
  audio: { mode: 'auto' | 'only'; trackIds?: string[] };
  paused?: boolean;
}

/** Either the whole room again or the events that were missed. */
export interface SyncResult {
  rev?: number;
  room?: RoomInfo;
  participants?: Participant[];
  tracks?: Track[];
  chat?: { last?: ChatMessage[] };
  files?: FileInfo[];
  waiting?: Waiting[];
  spotlight?: string[];
  events?: { type: string; rev: number; [field: string]: unknown }[];
}

export interface StatsReport {
  rttMs: number | null;
  availableOutgoingBps: number | null;
  lossPercent: number | null;
  jitterMs: number | null;
  freezes: number;
  cpuLimited: boolean;
  bandwidthLimited: boolean;
  candidatePair: string | null;
  slots: { mid: string; bitrateBps: number; lossPercent: number; jitterMs: number; freezes: number }[];
}

/** One track on one stretch of its way, as the server sees it. */
export interface StatsLine {
  participantId: string;
  /** `up`: from its publisher to the server; `down`: from the server to us. */
  direction: 'up' | 'down';
  kind: 'audio' | 'video';
  source: TrackSource;
  trackId: string;
  mid: string | null;
  lossPercent: number;
  jitterMs: number;
  rttMs: number | null;
  bitrateBps: number;
  /** 0 is the smallest of `layers` sizes; null while none flows. */
  layer: number | null;
  layers: number;
  freezes: number;
  repaired: number;
  redundant: number;
}
export interface StatsSheet {
  lines: StatsLine[];
  quality: QualityItem[];
}

/** What moderators may change of the room. An empty passcode takes it away. */
export interface RoomChange {
  title?: string;
  locked?: boolean;
  waitingRoom?: boolean;
  passcode?: string;
  features?: Pick<RoomFeatures, 'chat' | 'files' | 'screen' | 'unmute' | 'rename'>;
}

export interface SendChatRequest {
  /** Chosen by the sender: the same one twice is one message. */
  clientId: string;
  content: string;
  contentType: ChatMessage['contentType'];
  to?: string;
  replyTo?: string;
}

/** Every client → server method with its request and its value. */
export interface HubMethods {
  Join: { request: JoinRequest; value: JoinResult };
  Negotiate: { request: Negotiation; value: NegotiationReply };
  SetView: { request: ViewRequest; value: { viewRev: number } };
  SetTrackMuted: { request: { trackId: string; muted: boolean }; value: void };
  UpdateSelf: { request: { displayName?: string; handRaised?: boolean; attributes?: Record<string, string>; away?: boolean }; value: void };
  React: { request: { emoji: string }; value: void };
  /** `payload`: base64 of at most 15 KiB. */
  SendData: { request: { topic: string; payload: string; to?: string[]; reliable: boolean }; value: void };
  SendChat: { request: SendChatRequest; value: { messageId: string; timestamp: string } };
  /** One's own words only. */
  EditChat: { request: { messageId: string; content: string }; value: void };
  /** For private messages one has got. */
  AcknowledgeChat: { request: { messageId: string; state: 'delivered' | 'displayed' }; value: void };
  DeleteChat: { request: { messageId: string }; value: void };
  SetTyping: { request: { state: 'active' | 'idle'; to?: string }; value: void };
  /** Older than `before`, or the newest; oldest first within the page. */
  LoadChat: { request: { before?: string; limit: number }; value: { messages: ChatMessage[]; more: boolean } };
  BeginFile: { request: { name: string; size: number; contentType: string }; value: { fileId: string; uploadUrl: string } };
  RemoveFile: { request: { fileId: string }; value: void };
  Leave: { request: Record<string, never>; value: void };
  Sync: { request: { lastRev: number }; value: SyncResult };
  TestNetwork: { request: { sdp: string }; value: { sdp: string } };
  ReportStats: { request: StatsReport; value: void };
  ReadStats: { request: Record<string, never>; value: StatsSheet };
  Mute: { request: { participantId: string; source: LocalSource | 'all' }; value: void };
  MuteAll: { request: { source: LocalSource | 'all'; except?: string[]; lockUnmute?: boolean }; value: void };
  AskToUnmute: { request: { participantId: string; source: 'microphone' | 'camera' }; value: void };
  Remove: { request: { participantId: string; ban?: 'session' | '24h'; reason?: string }; value: void };
  LowerHands: { request: { participantIds?: string[] }; value: void };
  Admit: { request: { participantId: string } | { all: true }; value: void };
  Deny: { request: { participantId: string; message?: string }; value: void };
  SetRole: { request: { participantId: string; role: Role }; value: void };
  SetCaps: { request: { participantId: string; caps: string[] }; value: void };
  Spotlight: { request: { trackIds: string[] }; value: void };
  UpdateRoom: { request: RoomChange; value: void };
  /** `address`: a SIP address or a telephone number. */
  Dial: { request: { address: string; displayName?: string; role?: Role; media?: ('audio' | 'video')[] }; value: { callId: string; participantId?: string } };
  HangUp: { request: { callId: string }; value: void };
  HoldCall: { request: { callId: string; held: boolean }; value: void };
  TransferCall: { request: { callId: string; to: string }; value: void };
  SendDtmf: { request: { callId: string; digits: string }; value: void };
  EndRoom: { request: { reason?: string }; value: void };
}
export type HubMethod = keyof HubMethods;
