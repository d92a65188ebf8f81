export interface AdminSession {
  signedIn: boolean;
  id: string | null;
  name: string | null;
  scopes: string[];
  csrf: string | null;
}
export type Role = 'moderator' | 'member' | 'listener';
export type Source = 'microphone' | 'camera' | 'screen' | 'screenAudio' | 'mix' | 'file';
export interface RoomAccess {
  mode: 'open' | 'passcode' | 'token' | 'invited';
  passcodeSet: boolean;
  waitingRoom: boolean;
  locked: boolean;
  guests: boolean;
}
export interface Room {
  id: string;
  name: string;
  title: string;
  kind: 'permanent' | 'adhoc';
  addresses: { web: string; sip: string | null; xmpp: string | null };
  access: RoomAccess;
  features: { chat: boolean; files: boolean; screen: boolean; video: boolean; unmute: 'nobody' | 'moderators' | 'everyone'; rename: boolean; allowMultipleShares: boolean };
  limits: { maxParticipants: number; maxVideo: number; maxBitrateBps: number; maxDurationMs: number };
  media: { videoCodecs: string[] };
  status: 'live' | 'idle';
  participantCount: number;
  createdAt: string;
  etag: string;
}
export interface Track {
  trackId: string;
  source: Source;
  kind: 'audio' | 'video';
  muted: boolean;
  codec: string;
}
export interface Person {
  id: string;
  identity: string;
  displayName: string;
  kind: string;
  role: Role;
  state: 'waiting' | 'joining' | 'active' | 'reconnecting' | 'left';
  handRaisedAt: string | null;
  muted: { audio: boolean; video: boolean };
  tracks: Track[];
  joinedAt: string;
}
export interface Knocker {
  id: string;
  displayName: string;
  kind: string;
  since: string;
}
export interface RoomStats {
  node: string | null;
  participants: number;
  tracks: number;
  receivedBps: number;
  sentBps: number;
  lossPercent: number;
  people: { participantId: string; upBps: number; downBps: number; lossPercent: number; roundTripMs: number | null }[];
}
export interface RoomSession {
  id: string;
  startedAt: string;
  endedAt: string | null;
  endReason: string | null;
  participants: number;
  mostAtOnce: number;
}
export interface CallMessage {
  at: string;
  offsetMs: number;
  /** As the server sees it. */
  direction: 'in' | 'out';
  transport: string;
  remote: string;
  /** The method, or status and words. */
  summary: string;
  method: string;
  size: number;
  hasDescription: boolean;
}
export interface CallTimeline {
  callId: string;
  call: Call | null;
  messages: CallMessage[];
}
export interface Call {
  id: string;
  from: string;
  to: string;
  end: { code: string } | null;
  participantId: string;
  room: string;
  displayName: string;
  state: string;
  startedAt: string;
}
export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}
export interface KeySecret {
  id: string;
  name: string;
  secret: string;
  signingSecret: string;
}
export interface Webhook {
  id: string;
  url: string;
  description: string;
  events: string[];
  room: string | null;
  enabled: boolean;
  failingSince: string | null;
  createdAt: string;
}
export interface Delivery {
  id: string;
  eventType: string;
  room: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
  lastDurationMs: number | null;
  nextAttemptAt: string | null;
  createdAt: string;
}
export interface Server {
  version: string;
  node: string;
  publicHost: string;
  startedAt: string;
  uptimeMs: number;
  load: number;
}
export interface Node {
  id: string;
  state: string;
  isThisOne: boolean;
  version: string;
  startedAt: string;
  load: number;
  /** Whose media it carries. */
  rooms: number;
  /** Of people's signalling. */
  connections: number;
  roles: string[];
}
export interface Setting {
  key: string;
  value: string;
  origin: string;
  live: boolean;
}
export const SCOPES = ['rooms:read', 'rooms:write', 'participants:write', 'calls:write', 'recordings:read', 'recordings:write', 'messages:write', 'addresses:write', 'webhooks:write', 'trunks:write', 'server:read', 'server:write'] as const;
export const FAMILIES = ['room.*', 'participant.*', 'track.*', 'call.*', 'message.*', 'file.*', 'recording.*', 'node.*'] as const;
