import { SylkError } from '@sylk/client';
import { useState } from 'react';
import { CheckboxGroup, Form, Label } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Check } from '../../ui/Check';
import { Field } from '../../ui/Field';
import { Picker } from '../../ui/Picker';
import { Sheet } from '../../ui/Sheet';
import { Toggle } from '../../ui/Toggle';
import styles from '../Admin.module.css';
import { useAdmin } from '../admin';
import type { Room } from '../model';
import { Trouble } from '../parts';
import { changes, CODECS, creation, draftOf, EMPTY, type RoomDraft } from './draft';

const MODES = ['open', 'passcode', 'token', 'invited'] as const;
const DOOR = ['locked', 'waitingRoom', 'guests', 'permanent'] as const;
const MAY = ['chat', 'files', 'screen', 'allowMultipleShares', 'video', 'unmute', 'rename'] as const;
const NUMBERS = ['maxParticipants', 'maxVideo', 'maxKbps', 'maxMinutes'] as const;

/** Makes a room, or changes one: then only what was changed is sent, and only if nobody was faster. */
export function RoomForm({ room, onClose, onDone }: { room?: Room; onClose: () => void; onDone: (room: Room) => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const [before] = useState(() => (room ? draftOf(room) : EMPTY));
  const [draft, setDraft] = useState<RoomDraft>(before);
  const [error, setError] = useState<SylkError | null>(null);
  const set = (patch: Partial<RoomDraft>): void => setDraft((old) => ({ ...old, ...patch }));
  const save = async (): Promise<void> => {
    try {
      const { body } = room
        ? await http.send<Room>('PATCH', `/rooms/${room.name}`, { body: changes(before, draft), tag: room.etag })
        : await http.send<Room>('POST', '/rooms', { body: creation(draft) });
      onDone(body);
      onClose();
    } catch (reason) {
      setError(SylkError.from(reason));
    }
  };
  return (
    <Sheet title={room ? t('admin.rooms.edit') : t('admin.rooms.new')} onClose={onClose}>
      <Form className={styles.form} onSubmit={(e) => { e.preventDefault(); void save(); }}>
        {!room && <Field label={t('admin.rooms.name')} placeholder={t('admin.rooms.nameHint')} value={draft.name} onChange={(name) => set({ name })} autoComplete="off" autoFocus />}
        <Field label={t('admin.rooms.titleField')} value={draft.title} onChange={(title) => set({ title })} maxLength={200} autoComplete="off" />
        <div className={styles.pair}>
          <Picker label={t('admin.rooms.mode')} icon="door" value={draft.mode} empty="" options={MODES.map((id) => ({ id, label: t(`admin.rooms.modes.${id}`) }))} onChange={(mode) => set({ mode: mode as RoomDraft['mode'] })} />
          {draft.mode === 'passcode' && <Field label={t('admin.rooms.passcode')} placeholder={room?.access.passcodeSet ? t('admin.rooms.passcodeKept') : ''} value={draft.passcode} onChange={(passcode) => set({ passcode })} maxLength={64} autoComplete="off" />}
        </div>
        {DOOR.map((name) => <Toggle key={name} label={t(`admin.rooms.door.${name}`)} isSelected={draft[name]} onChange={(on) => set({ [name]: on })} />)}
        <h3>{t('moderator.may')}</h3>
        {MAY.map((name) => <Toggle key={name} label={t(`admin.rooms.may.${name}`)} isSelected={draft[name]} onChange={(on) => set({ [name]: on })} />)}
        <h3>{t('admin.rooms.limits')}</h3>
        <div className={styles.pair}>
          {NUMBERS.map((name) => <Field key={name} label={t(`admin.rooms.${name}`)} placeholder={t('admin.rooms.asServer')} value={draft[name]} inputMode="numeric" pattern="[0-9]*" onChange={(value) => set({ [name]: value.replace(/\D/g, '') })} autoComplete="off" />)}
        </div>
        <CheckboxGroup className={styles.checks ?? ''} value={draft.codecs} onChange={(codecs) => set({ codecs })}>
          <Label>{t('admin.rooms.codecs')}</Label>
          <div>{CODECS.map((codec) => <Check key={codec} value={codec}>{codec}</Check>)}</div>
        </CheckboxGroup>
        {error && <Trouble error={error} />}
        <div data-actions><Button variant="quiet" onPress={onClose}>{t('people.cancel')}</Button><Button type="submit" variant="primary">{t('moderator.save')}</Button></div>
      </Form>
    </Sheet>
  );
}
