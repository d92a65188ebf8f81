import type { JoinResult } from './messages';
import type { Call, ChatMessage, FileInfo, Participant, QualityItem, ReceiptState, Role, RoomInfo, Slot, SpeakerLevel, Track, Waiting } from './model';

/** Server → client events by name. Every payload also carries `rev`; its fields stand beside it, not below it. */
export interface HubEvents {
  RoomUpdated: Partial<RoomInfo>;
  ParticipantJoined: Participant;
  ParticipantUpdated: Partial<Participant> & { id: string };
  ParticipantLeft: { id: string; reason?: string; by?: string };
  WaitingChanged: { waiting: Waiting[] };
  Admitted: JoinResult;
  Denied: { message?: string };
  TrackPublished: Track;
  TrackUpdated: Partial<Track> & { trackId: string };
  TrackUnpublished: { trackId: string; participantId?: string };
  Slots: { slots: Slot[]; epoch?: number };
  Speakers: { dominant: string | null; levels: SpeakerLevel[] };
  /** `maxBitrateBps` 0: nobody watches. `activeRids` is empty then, and for a track without encodings. */
  PublishHint: { trackId: string; activeRids: string[]; maxHeight: number; maxBitrateBps: number; epoch?: number };
  Quality: { items: QualityItem[] };
  ChatMessage: { message: ChatMessage };
  ChatUpdated: { message: ChatMessage };
  /** To the sender of a private message: what became of it at its reader's. */
  ChatReceipt: { messageId: string; by: string; state: ReceiptState };
  Typing: { participantId: string; state: 'active' | 'idle'; to?: string };
  FileShared: { file: FileInfo };
  FileRemoved: { fileId: string };
  Reaction: { participantId: string; emoji: string };
  MuteRequested: { source: string; by?: string };
  UnmuteRequested: { source: string; by?: string };
  SelfChanged: { role?: Role; caps?: string[]; muted?: { audio: boolean; video: boolean } };
  SpotlightChanged: { trackIds: string[]; by?: string };
  RecordingChanged: { recordingId: string; state: string; by?: string };
  /** To those who may dial or moderate, and to who placed it. */
  CallChanged: Call;
  Notice: { level: string; code?: string; text: string; until?: string };
  RenegotiateRequested: { reason: string; iceRestart?: boolean; deadlineMs?: number; epoch?: number };
  Data: { topic: string; payload: string; from: string };
  Disconnect: { code: string; detail?: string; action: 'stop' | 'resume' | 'rejoin'; url?: string; afterMs?: number };
}
export type HubEventName = keyof HubEvents;
export type HubEvent = { [N in HubEventName]: { type: N; rev?: number; data: HubEvents[N] } }[HubEventName];

/** What says nothing about the room's revision. */
const SIGNALS: ReadonlySet<string> = new Set(['Slots', 'Speakers', 'Quality', 'PublishHint', 'Data', 'Typing', 'ChatReceipt']);
export const isSignal = (name: string): boolean => SIGNALS.has(name);

export const EVENT_NAMES: readonly HubEventName[] = [
  'RoomUpdated', 'ParticipantJoined', 'ParticipantUpdated', 'ParticipantLeft', 'WaitingChanged', 'Admitted', 'Denied',
  'TrackPublished', 'TrackUpdated', 'TrackUnpublished', 'Slots', 'Speakers', 'PublishHint', 'Quality', 'Reaction',
  'ChatMessage', 'ChatUpdated', 'ChatReceipt', 'Typing', 'FileShared', 'FileRemoved',
  'MuteRequested', 'UnmuteRequested', 'SelfChanged', 'SpotlightChanged', 'RecordingChanged', 'CallChanged', 'Notice',
  'RenegotiateRequested', 'Data', 'Disconnect',
];
/** Part of the contract, not used by this client yet; their revisions still count. */
export const COUNTED_ONLY: readonly string[] = [];

/** In a large room events that came within a moment come in one message, in order, each with its name and revision. */
export const BATCH = 'Facts';
export type BatchedEvent = { type: HubEventName } & Record<string, unknown>;

export function toEvent(type: HubEventName, payload: Record<string, unknown>): HubEvent {
  const { rev, ...data } = payload;
  return { type, rev: typeof rev === 'number' ? rev : undefined, data } as unknown as HubEvent;
}
