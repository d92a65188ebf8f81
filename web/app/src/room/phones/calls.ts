import type { Call, Participant, RoomSnapshot } from '@sylk/client';

/** Where a call is, and how it looks: under way, in the room, come to nothing, or over. */
export interface CallStanding {
  word: 'dialing' | 'ringing' | 'answered' | 'joined' | 'waiting' | 'ended' | 'hungUp' | 'cancelled' | 'busy' | 'declined' | 'noAnswer' | 'unavailable' | 'unreachable' | 'operator' | 'format' | 'server';
  tone: 'going' | 'good' | 'bad' | 'over';
}

const ENDINGS: Readonly<Record<string, CallStanding['word']>> = {
  cancelled: 'cancelled', callee_busy: 'busy', callee_declined: 'declined', callee_timeout: 'noAnswer', callee_unavailable: 'unavailable',
  address_unroutable: 'unreachable', trunk_unavailable: 'operator', media_incompatible: 'format', completed: 'ended',
  overloaded: 'server', node_draining: 'server', internal: 'server',
};
/** Final answers of SIP (RFC 3261 section 21), for codes that say less. */
const STATUSES: Readonly<Record<number, CallStanding['word']>> = {
  404: 'unreachable', 408: 'noAnswer', 480: 'unavailable', 484: 'unreachable', 486: 'busy', 487: 'cancelled', 488: 'format', 600: 'busy', 603: 'declined', 604: 'unreachable',
};

/** Pure: the state of a call in one word. */
export function standing(call: Call, people: RoomSnapshot['participants']): CallStanding {
  if (call.state === 'dialing' || call.state === 'ringing') return { word: call.state, tone: 'going' };
  if (call.state === 'answered') return answered(people[call.participantId ?? '']);
  if (call.answeredAt) return { word: call.end?.side === 'them' ? 'hungUp' : 'ended', tone: 'over' };
  const word = ENDINGS[call.end?.code ?? ''] ?? STATUSES[call.end?.sip?.status ?? 0] ?? 'unreachable';
  return { word, tone: word === 'cancelled' || word === 'ended' ? 'over' : 'bad' };
}

/** Who picked up may still have to press a key, or be let in. */
function answered(person: Participant | undefined): CallStanding {
  if (!person) return { word: 'answered', tone: 'going' };
  return person.state === 'waiting' ? { word: 'waiting', tone: 'going' } : { word: 'joined', tone: 'good' };
}

/** Pure: SIP's own words, for the small print; empty where SIP said nothing. */
export const sipWords = (call: Call): string => (call.end?.sip ? `SIP ${call.end.sip.status} ${call.end.sip.reason}`.trim() : '');

/** Pure: calls out of the room, the newest first. */
export const outgoing = (calls: RoomSnapshot['calls']): readonly Call[] => Object.values(calls).filter((c) => c.direction === 'out').reverse();

/** Pure: whom a call is to, as people say it. */
export const calleeName = (call: Call): string => call.displayName || shortAddress(call.to);

/** Pure: without the scheme, and without what stands behind the address. */
export const shortAddress = (address: string): string => address.replace(/^(sips?|tel):/i, '').replace(/[;?].*$/, '');

/** Pure: what my own calls have come to, that I have not seen: they rang in vain. */
export function failedSince(before: RoomSnapshot['calls'], after: RoomSnapshot['calls'], selfId: string): readonly Call[] {
  return Object.values(after).filter((c) => c.by === selfId && c.state === 'ended' && before[c.id]?.state !== 'ended' && standing(c, {}).tone === 'bad');
}
