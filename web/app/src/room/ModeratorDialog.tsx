import type { RoomChange } from '@sylk/client';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { savePrefs, usePrefs } from '../prefs';
import { Button } from '../ui/Button';
import { useConfirm } from '../ui/Confirm';
import { Field } from '../ui/Field';
import { Sheet } from '../ui/Sheet';
import { Toggle } from '../ui/Toggle';
import { useEndForEveryone } from './useEndForEveryone';
import { useRoom, useSession } from './session';
import { useTell } from './useTell';

/** What moderators decide for the room (B11). Each switch shows what the server says, and moves when it has said so. */
export default function ModeratorDialog({ onClose }: { onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { moderation } = useSession();
  const tell = useTell();
  const end = useEndForEveryone(useConfirm());
  const { access, features } = useRoom((s) => s.room.room);
  const { knockSound } = usePrefs();
  const change = (patch: RoomChange): void => tell(moderation.updateRoom(patch));
  return (
    <Sheet title={t('moderator.title')} onClose={onClose}>
      <Topic onChange={(title) => change({ title })} />
      <h3>{t('moderator.door')}</h3>
      <Toggle label={t('moderator.lock')} hint={t('moderator.lockHint')} isSelected={access?.locked ?? false} onChange={(locked) => change({ locked })} />
      <Toggle label={t('moderator.waitingRoom')} hint={t('moderator.waitingRoomHint')} isSelected={access?.waitingRoom ?? false} onChange={(waitingRoom) => change({ waitingRoom })} />
      <Toggle label={t('moderator.knockSound')} hint={t('moderator.knockSoundHint')} isSelected={knockSound} onChange={(on) => savePrefs({ knockSound: on })} />
      <Passcode isSet={access?.passcodeSet ?? false} onChange={(passcode) => change({ passcode })} />
      <h3>{t('moderator.may')}</h3>
      <Toggle label={t('moderator.unmute')} isSelected={features?.unmute !== 'moderators'} onChange={(on) => change({ features: { unmute: on ? 'everyone' : 'moderators' } })} />
      <Toggle label={t('moderator.screen')} isSelected={features?.screen !== false} onChange={(screen) => change({ features: { screen } })} />
      <Toggle label={t('moderator.chat')} isSelected={features?.chat !== false} onChange={(chat) => change({ features: { chat } })} />
      <Toggle label={t('moderator.files')} isSelected={features?.files !== false} onChange={(files) => change({ features: { files } })} />
      <Toggle label={t('moderator.rename')} isSelected={features?.rename !== false} onChange={(rename) => change({ features: { rename } })} />
      <div data-actions><Button variant="danger" icon="leave" onPress={() => { onClose(); end(); }}>{t('moderator.end')}</Button></div>
    </Sheet>
  );
}

function Topic({ onChange }: { onChange: (title: string) => void }): React.JSX.Element {
  const { t } = useTranslation();
  const shown = useRoom((s) => s.room.room.title || s.room.room.name);
  const [title, setTitle] = useState(shown);
  return (
    <Form data-row onSubmit={(e) => { e.preventDefault(); onChange(title.trim()); }}>
      <Field label={t('moderator.topic')} value={title} onChange={setTitle} maxLength={200} autoComplete="off" />
      <Button type="submit" isDisabled={!title.trim() || title.trim() === shown}>{t('moderator.save')}</Button>
    </Form>
  );
}

function Passcode({ isSet, onChange }: { isSet: boolean; onChange: (passcode: string) => void }): React.JSX.Element {
  const { t } = useTranslation();
  const [passcode, setPasscode] = useState('');
  const save = (): void => {
    onChange(passcode.trim());
    setPasscode('');
  };
  return (
    <Form data-row onSubmit={(e) => { e.preventDefault(); save(); }}>
      <Field label={t(isSet ? 'moderator.passcodeChange' : 'moderator.passcode')} value={passcode} onChange={setPasscode} maxLength={64} autoComplete="off" />
      <Button type="submit" isDisabled={!passcode.trim()}>{t('moderator.save')}</Button>
      {isSet && <Button variant="quiet" onPress={() => onChange('')}>{t('moderator.passcodeClear')}</Button>}
    </Form>
  );
}
