import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { useRoom, useSession } from './session';
import { useTell } from './useTell';

const ModeratorDialog = lazy(() => import('./ModeratorDialog'));
const MuteAllDialog = lazy(() => import('./MuteAllDialog'));

/** What a moderator does to everyone at once. */
export function RoomVerbs(): React.JSX.Element {
  const { t } = useTranslation();
  const { moderation } = useSession();
  const tell = useTell();
  const locked = useRoom((s) => s.room.room.access?.locked ?? false);
  const [dialog, setDialog] = useState<'mute' | 'settings' | null>(null);
  const close = (): void => setDialog(null);
  return (
    <>
      <Button size="s" icon="micOff" onPress={() => setDialog('mute')}>{t('people.muteAll')}</Button>
      <Button size="s" icon="hand" onPress={() => tell(moderation.lowerHands())}>{t('people.lowerHands')}</Button>
      <Button size="s" icon={locked ? 'unlock' : 'lock'} onPress={() => tell(moderation.updateRoom({ locked: !locked }))}>{t(locked ? 'people.unlock' : 'people.lock')}</Button>
      <Button size="s" icon="shield" onPress={() => setDialog('settings')}>{t('moderator.open')}</Button>
      <Suspense fallback={null}>
        {dialog === 'mute' && <MuteAllDialog onClose={close} />}
        {dialog === 'settings' && <ModeratorDialog onClose={close} />}
      </Suspense>
    </>
  );
}
