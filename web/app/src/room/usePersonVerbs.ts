import type { Participant, RoomSession, Track } from '@sylk/client';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useConfirm, type Question } from '../ui/Confirm';
import type { IconName } from '../ui/Icon';
import type { MenuEntry, MenuGroup } from '../ui/Menu';
import { offers, spotlightTrack, type Offer, type Verb } from './moderation';
import { usePanels } from './panels';
import { useRoom, useSession } from './session';
import { canModerate } from './tiles';
import { useTell } from './useTell';

const ICONS: Record<Verb, IconName> = {
  message: 'chat', mute: 'micOff', ask: 'mic', video: 'cameraOff', askVideo: 'camera', share: 'screen', spotlight: 'spot', hand: 'hand', role: 'crown', remove: 'remove', ban: 'remove',
};
const WORDS: Record<Verb, string> = {
  message: 'people.message', mute: 'people.mute', ask: 'people.askUnmute', video: 'people.stopVideo', askVideo: 'people.askVideo', share: 'people.stopShare',
  spotlight: 'people.spotlight', hand: 'people.lowerHand', role: 'people.makeModerator', remove: 'people.remove', ban: 'people.ban',
};
const BACK: Partial<Record<Verb, string>> = { spotlight: 'people.unspotlight', role: 'people.makeMember' };

/** The menu of one person, or of one of their pictures. `shown`: the screen the menu stands on. */
export function usePersonVerbs(person: Participant, shown: Track | null = null): MenuGroup[] {
  const { t } = useTranslation();
  const session = useSession();
  const ask = useConfirm();
  const tell = useTell();
  const { messageTo } = usePanels();
  const room = useRoom((s) => s.room);
  const moderator = canModerate(room.participants[room.selfId]);
  const entry = (offer: Offer): MenuEntry => ({
    id: offer.verb, icon: ICONS[offer.verb], label: t((offer.undo && BACK[offer.verb]) || WORDS[offer.verb]), danger: offer.verb === 'remove' || offer.verb === 'ban',
    reason: offer.reason && t(`people.reasons.${offer.reason}`, { name: person.displayName }),
    onAction: () => (offer.verb === 'message' ? messageTo(person.id) : confirmed(offer, person, t, ask, () => tell(act(session, offer, person, shown)))),
  });
  const all = offers(room, person, moderator, shown).map(entry);
  return [{ entries: all.filter((e) => !e.danger) }, { entries: all.filter((e) => e.danger) }];
}

/** What cannot be taken back is asked about. */
function confirmed(offer: Offer, { displayName: name, kind }: Participant, t: TFunction, ask: (question: Question) => void, go: () => void): void {
  if (offer.verb === 'remove') ask({ title: t('people.confirmRemove', { name }), hint: t(kind === 'sip' ? 'people.confirmRemovePhone' : 'people.confirmRemoveHint', { name }), yes: t('people.remove'), danger: true, onYes: go });
  else if (offer.verb === 'ban') ask({ title: t('people.confirmBan', { name }), hint: t('people.confirmBanHint', { name }), yes: t('people.banYes'), danger: true, onYes: go });
  else go();
}

async function act(session: RoomSession, offer: Offer, person: Participant, shown: Track | null): Promise<void> {
  const { moderation } = session;
  const { id } = person;
  switch (offer.verb) {
    case 'mute': return moderation.mute(id, 'microphone');
    case 'ask': return moderation.askToUnmute(id, 'microphone');
    case 'video': return moderation.mute(id, 'camera');
    case 'askVideo': return moderation.askToUnmute(id, 'camera');
    case 'share': return moderation.mute(id, 'screen');
    case 'hand': return moderation.lowerHands([id]);
    case 'role': return moderation.setRole(id, offer.undo ? 'member' : 'moderator');
    case 'remove': return moderation.remove(id);
    case 'ban': return moderation.remove(id, { ban: 'session' });
    case 'spotlight': {
      const { room } = session.store.snapshot;
      const track = spotlightTrack(room, person, shown);
      if (!track) return;
      return moderation.spotlight(offer.undo ? room.spotlight.filter((x) => x !== track.trackId) : [...room.spotlight.filter((x) => room.tracks[x]), track.trackId]);
    }
    default:
  }
}
