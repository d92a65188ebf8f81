import type { RoomSnapshot } from '@sylk/client';
import { useTranslation } from 'react-i18next';
import { useConfirm } from '../ui/Confirm';
import { toggleScreen } from './actions';
import { useSession } from './session';
import { canModerate } from './tiles';

/** Pure: the other person whose screen is shown now, if any. */
export function otherSharer(room: RoomSnapshot): { id: string; name: string } | null {
  const track = Object.values(room.tracks).find((t) => t.source === 'screen' && t.participantId !== room.selfId);
  const person = track && room.participants[track.participantId];
  return person ? { id: person.id, name: person.displayName } : null;
}

/** Shares or stops. Who would be the second to share is asked first; a moderator's share takes the place of the other one (B5.1). */
export function useShareButton(): () => void {
  const { t } = useTranslation();
  const session = useSession();
  const ask = useConfirm();
  return () => {
    const { room, local } = session.store.snapshot;
    const other = local.sources.screen === 'off' ? otherSharer(room) : null;
    if (!other) return toggleScreen(session);
    const moderator = canModerate(room.participants[room.selfId]);
    const share = async (): Promise<void> => {
      // First the browser's own dialog: whoever closes it has not taken anything from anyone.
      if ((await session.media.startScreen()) && moderator) await session.invoke('Mute', { participantId: other.id, source: 'screen' });
    };
    ask({
      title: t('people.confirmShare', { name: other.name }),
      hint: t(moderator ? 'people.confirmShareModerator' : 'people.confirmShareMember'),
      yes: t(moderator ? 'people.shareReplace' : 'people.shareBoth'),
      onYes: () => void share().catch(() => undefined),
    });
  };
}
