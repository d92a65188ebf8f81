import type { IconName } from '../../ui/Icon';
import type { Person, Source } from '../model';

export type Verb = 'mute' | 'ask' | 'video' | 'askVideo' | 'share' | 'spotlight' | 'hand' | 'rename' | 'moderator' | 'member' | 'listener' | 'remove' | 'banSession' | 'banDay';
export interface Offer {
  verb: Verb;
  /** Key under `people.reasons`: why it cannot be done to this one. */
  reason?: 'noSound' | 'textOnly' | 'noQuestions' | 'noCamera' | 'noPicture' | 'machine';
}
export const ICONS: Record<Verb, IconName> = {
  mute: 'micOff', ask: 'mic', video: 'cameraOff', askVideo: 'camera', share: 'screen', spotlight: 'spot', hand: 'hand', rename: 'edit', moderator: 'crown', member: 'people', listener: 'volume',
  remove: 'remove', banSession: 'remove', banDay: 'remove',
};
export const isDanger = (verb: Verb): boolean => verb === 'remove' || verb === 'banSession' || verb === 'banDay';

export const trackOf = (p: Person, ...sources: Source[]): Person['tracks'][number] | undefined => p.tracks.find((t) => sources.includes(t.source));

const ORDER: Source[] = ['microphone', 'mix', 'camera', 'screen', 'screenAudio', 'file'];
/** What is heard and seen of somebody now, sound first: whichever began first is chance. */
export const sent = (p: Person): Person['tracks'] => p.tracks.filter((t) => !t.muted).sort((a, b) => ORDER.indexOf(a.source) - ORDER.indexOf(b.source));

const hasPage = (p: Person): boolean => p.kind === 'web' || p.kind === 'sylkrtc';
const isMachine = (p: Person): boolean => p.kind === 'bot' || p.kind === 'recorder';

/** Pure: what an operator can do to somebody, or why not (B11.1). */
export function offers(p: Person): Offer[] {
  const roles: Verb[] = (['moderator', 'member', 'listener'] as const).filter((role) => role !== p.role);
  return [
    sound(p), video(p),
    ...(trackOf(p, 'screen') ? [{ verb: 'share' as const }] : []),
    trackOf(p, 'screen', 'camera') ? { verb: 'spotlight' } : { verb: 'spotlight', reason: 'noPicture' },
    ...(p.handRaisedAt ? [{ verb: 'hand' as const }] : []),
    { verb: 'rename' },
    ...roles.map((verb): Offer => (isMachine(p) ? { verb, reason: 'machine' } : { verb })),
    { verb: 'remove' }, { verb: 'banSession' }, { verb: 'banDay' },
  ];
}

function sound(p: Person): Offer {
  const track = trackOf(p, 'microphone', 'mix');
  if (!track) return hasPage(p) ? { verb: 'ask' } : { verb: 'mute', reason: p.kind === 'xmpp' || p.kind === 'msrp' ? 'textOnly' : 'noSound' };
  if (!track.muted) return { verb: 'mute' };
  return hasPage(p) || p.kind === 'sip' ? { verb: 'ask' } : { verb: 'ask', reason: 'noQuestions' };
}

function video(p: Person): Offer {
  const camera = trackOf(p, 'camera');
  if (camera && !camera.muted) return { verb: 'video' };
  return hasPage(p) ? { verb: 'askVideo' } : { verb: 'video', reason: 'noCamera' };
}
