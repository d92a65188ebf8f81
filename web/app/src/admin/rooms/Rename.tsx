import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Sheet } from '../../ui/Sheet';
import styles from '../Admin.module.css';
import { useAct, useAdmin } from '../admin';
import type { Person } from '../model';

/** Another name for somebody, which everybody sees at once. */
export function Rename({ path, person, onClose, onDone }: { path: string; person: Person; onClose: () => void; onDone: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const act = useAct();
  const [name, setName] = useState(person.displayName);
  const displayName = name.trim();
  const save = async (): Promise<void> => {
    if (!await act(http.send('PATCH', `${path}/participants/${person.id}`, { body: { displayName } }))) return;
    onClose();
    onDone();
  };
  return (
    <Sheet title={t('admin.people.renameNamed', { name: person.displayName })} onClose={onClose}>
      <Form className={styles.form} onSubmit={(e) => { e.preventDefault(); void save(); }}>
        <Field label={t('admin.people.name')} value={name} onChange={setName} maxLength={64} autoComplete="off" autoFocus />
        <div data-actions><Button variant="quiet" onPress={onClose}>{t('people.cancel')}</Button><Button type="submit" variant="primary" isDisabled={!displayName || displayName === person.displayName}>{t('moderator.save')}</Button></div>
      </Form>
    </Sheet>
  );
}
