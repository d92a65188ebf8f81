import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { Sheet } from '../ui/Sheet';
import { Toggle } from '../ui/Toggle';
import { useRoom, useSession } from './session';
import { useTell } from './useTell';

/** Silence at once; whether it lasts is the moderator's choice. */
export default function MuteAllDialog({ onClose }: { onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const tell = useTell();
  const [may, setMay] = useState(useRoom((s) => s.room.room.features?.unmute !== 'moderators'));
  const mute = (): void => {
    const { room } = session.store.snapshot;
    tell(session.moderation.muteAll('microphone', { except: [room.selfId], lockUnmute: !may }));
    // Locking is part of the order; opening again is a setting of its own.
    if (may && room.room.features?.unmute === 'moderators') tell(session.moderation.updateRoom({ features: { unmute: 'everyone' } }));
    onClose();
  };
  return (
    <Sheet title={t('people.confirmMuteAll')} onClose={onClose}>
      <Toggle label={t('people.mayUnmute')} hint={t('people.mayUnmuteHint')} isSelected={may} onChange={setMay} />
      <div data-actions>
        <Button variant="quiet" onPress={onClose}>{t('people.cancel')}</Button>
        <Button variant="primary" onPress={mute}>{t('people.muteAllYes')}</Button>
      </div>
    </Sheet>
  );
}
