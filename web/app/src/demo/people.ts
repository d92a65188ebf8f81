import type { Participant, Track } from '@sylk/client';

const NAMES = ['Bob Jansen', 'Carol Núñez', 'Dan Okafor', 'Eva Lindqvist', 'Farid Rahimi', 'Grace Liu', 'Henk de Vries', 'Ines Moreau', 'Jonas Weber', 'Kira Petrova',
  'Liam Byrne', 'Maya Shah', 'Noor El Amrani', 'Oana Ionescu', 'Pieter Bos', 'Quinn Taylor', 'Rosa Martín', 'Sven Olsen', 'Tomoko Abe', 'Umar Khan',
  'Vera Novak', 'Wout Smit', 'Xenia Roth', 'Yusuf Demir', 'Zoë Clark', 'Anders Holm', 'Bianca Rossi', 'Cem Aydin', 'Diego Silva', 'Elif Kaya'];

/** Every fifth has no camera; the third is a phone and the eleventh one on hold, the seventh an XMPP occupant. */
export function demoPerson(i: number): { participant: Participant; tracks: Track[] } {
  const id = `pt_${i}`;
  const kind = i === 2 || i === 10 ? 'sip' : i === 6 ? 'xmpp' : 'web';
  const participant: Participant = {
    id, identity: id, displayName: NAMES[i % NAMES.length] ?? id, kind, role: i === 0 ? 'moderator' : 'member', state: i === 9 ? 'reconnecting' : 'active',
    ...(i === 10 ? { away: true } : {}),
    handRaisedAt: i === 1 ? new Date(Date.now() - 130_000).toISOString() : i === 5 ? new Date().toISOString() : null,
    joinedAt: new Date(1_790_000_000_000 + i * 1000).toISOString(), attributes: {},
  };
  const tracks: Track[] = [{ trackId: `tr_a${i}`, participantId: id, source: kind === 'sip' ? 'mix' : 'microphone', kind: 'audio', muted: i % 3 === 1 }];
  if (kind === 'web' && i % 5 !== 4) tracks.push({ trackId: `tr_v${i}`, participantId: id, source: 'camera', kind: 'video', muted: false, width: 480, height: 270, codec: 'VP8' });
  return { participant, tracks };
}
