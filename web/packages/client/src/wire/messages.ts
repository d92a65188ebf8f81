import type { LocalSource, Participant, QualityItem, RoomInfo, Track, TrackSource } from './model';

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
  iceServers?: RTCIceServer[];
  limits?: { sendBitrateBps?: number; maxSlots?: number };
  answer?: NegotiationReply;
  serverTime?: string;
  protocol: number;
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
  Admit: { request: { participantId: string }; value: void };
  Deny: { request: { participantId: string; message?: string }; value: void };
  UpdateRoom: { request: { access?: { locked?: boolean; waitingRoom?: boolean }; title?: string }; value: void };
  EndRoom: { request: { reason?: string }; value: void };
}
export type HubMethod = keyof HubMethods;
