import type { Participant, RoomSnapshot, Track } from '@sylk/client';
import { readsChat } from './chat/timeline';
import { audioMuted } from './tiles';

export const MAX_SPOTLIGHT = 4;
export type Verb = 'message' | 'mute' | 'ask' | 'video' | 'askVideo' | 'share' | 'spotlight' | 'hand' | 'role' | 'remove' | 'ban';
/** A verb with the key of the reason why it cannot be done to this one. */
export interface Offer {
  verb: Verb;
  reason?: 'noSound' | 'textOnly' | 'noQuestions' | 'noCamera' | 'noPicture' | 'spotlightFull' | 'noChat' | 'machine';
  /** It is the way back: unmute is asked for, the spotlight is taken away, a moderator becomes a member. */
  undo?: boolean;
}

const trackOf = (room: RoomSnapshot, id: string, ...sources: Track['source'][]): Track | undefined =>
  Object.values(room.tracks).find((t) => t.participantId === id && sources.includes(t.source));

/** Who sees a page of ours or of sylkrtc.js, and can answer a question on it. */
const hasPage = (p: Participant): boolean => p.kind === 'web' || p.kind === 'sylkrtc';
const isMachine = (p: Participant): boolean => p.kind === 'bot' || p.kind === 'recorder';

/** The picture the spotlight would show: that of the tile, or the screen before the camera. */
export const spotlightTrack = (room: RoomSnapshot, p: Participant, shown: Track | null = null): Track | undefined =>
  shown ?? trackOf(room, p.id, 'screen') ?? trackOf(room, p.id, 'camera');

/** Pure: what can be done to somebody (B11.1): every verb for every kind, or the reason why not. */
export function offers(room: RoomSnapshot, p: Participant, moderator: boolean, shown: Track | null = null): Offer[] {
  if (p.id === room.selfId) return moderator ? [spotlightOffer(room, p, shown)] : [];
  const message: Offer = readsChat(p) ? { verb: 'message' } : { verb: 'message', reason: isMachine(p) ? 'machine' : 'noChat' };
  if (!moderator) return [message];
  return [
    message, soundOffer(room, p), ...videoOffers(room, p), spotlightOffer(room, p, shown),
    ...(p.handRaisedAt ? [{ verb: 'hand' as const }] : []),
    isMachine(p) ? { verb: 'role', reason: 'machine' } : { verb: 'role', undo: p.role === 'moderator' },
    { verb: 'remove' }, { verb: 'ban' },
  ];
}

function soundOffer(room: RoomSnapshot, p: Participant): Offer {
  if (!trackOf(room, p.id, 'microphone', 'mix')) return { verb: hasPage(p) ? 'ask' : 'mute', ...(hasPage(p) ? {} : { reason: p.kind === 'xmpp' || p.kind === 'msrp' ? 'textOnly' as const : 'noSound' as const }) };
  if (!audioMuted(room, p.id)) return { verb: 'mute' };
  return hasPage(p) || p.kind === 'sip' ? { verb: 'ask' } : { verb: 'ask', reason: 'noQuestions' };
}

function videoOffers(room: RoomSnapshot, p: Participant): Offer[] {
  const camera = trackOf(room, p.id, 'camera');
  const video: Offer = camera && !camera.muted ? { verb: 'video' } : hasPage(p) ? { verb: 'askVideo' } : { verb: 'video', reason: 'noCamera' };
  return trackOf(room, p.id, 'screen') ? [video, { verb: 'share' }] : [video];
}

function spotlightOffer(room: RoomSnapshot, p: Participant, shown: Track | null): Offer {
  const track = spotlightTrack(room, p, shown);
  if (!track) return { verb: 'spotlight', reason: 'noPicture' };
  if (room.spotlight.includes(track.trackId)) return { verb: 'spotlight', undo: true };
  return room.spotlight.length >= MAX_SPOTLIGHT ? { verb: 'spotlight', reason: 'spotlightFull' } : { verb: 'spotlight' };
}
