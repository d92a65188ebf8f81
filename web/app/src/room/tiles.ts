import type { Participant, RoomSnapshot, Track } from '@sylk/client';

export interface TileModel {
  key: string;
  participant: Participant;
  kind: 'camera' | 'screen';
  /** The published video, ours or theirs; null for people without a camera. */
  track: Track | null;
  self: boolean;
}

export function presentPeople(room: RoomSnapshot): Participant[] {
  return Object.values(room.participants)
    .filter((p) => p.state !== 'left' && p.state !== 'waiting')
    .sort((a, b) => (a.joinedAt ?? '').localeCompare(b.joinedAt ?? '') || a.id.localeCompare(b.id));
}

export function tileFor(room: RoomSnapshot, participant: Participant): TileModel {
  const track = Object.values(room.tracks).find((t) => t.participantId === participant.id && t.source === 'camera') ?? null;
  return { key: participant.id, participant, kind: 'camera', track, self: participant.id === room.selfId };
}

export function screenTiles(room: RoomSnapshot): TileModel[] {
  return Object.values(room.tracks).flatMap((track) => {
    const participant = room.participants[track.participantId];
    if (track.source !== 'screen' || !participant) return [];
    return [{ key: track.trackId, participant, kind: 'screen' as const, track, self: participant.id === room.selfId }];
  });
}

export function audioMuted(room: RoomSnapshot, participantId: string): boolean {
  const microphone = Object.values(room.tracks).find((t) => t.participantId === participantId && (t.source === 'microphone' || t.source === 'mix'));
  return microphone ? microphone.muted : true;
}

export const canModerate = (me: Participant | undefined): boolean =>
  me?.role === 'moderator' || (me?.caps?.includes('moderate') ?? false);

const has = (me: Participant | undefined, cap: string): boolean => !me?.caps || me.caps.includes(cap);

/** A phone that has put us on hold: nobody hears it, and it hears nothing. */
export const isOnHold = (p: Participant): boolean => p.kind === 'sip' && p.away === true;

/** The server decides; these only keep the page from offering what it would refuse. */
export function mayChat(room: RoomSnapshot): boolean {
  const me = room.participants[room.selfId];
  return has(me, 'chat') && room.room.features?.chat !== false;
}
export function mayShareFiles(room: RoomSnapshot): boolean {
  const me = room.participants[room.selfId];
  return has(me, 'files') && room.room.features?.files !== false;
}
/** Who was given capabilities one by one has no others; the server says so when they ask. */
export function mayDial(room: RoomSnapshot): boolean {
  const me = room.participants[room.selfId];
  const who = room.room.features?.dialOut;
  if (!me || who === 'nobody') return false;
  return (me.caps ? me.caps.includes('dial') : me.role === 'moderator') || (who === 'everyone' && me.role !== 'listener');
}
