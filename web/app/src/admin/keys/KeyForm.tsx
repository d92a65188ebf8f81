import { SylkError } from '@sylk/client';
import { useState } from 'react';
import { CheckboxGroup, Form, Label } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Check } from '../../ui/Check';
import { Field } from '../../ui/Field';
import { Picker } from '../../ui/Picker';
import { Sheet } from '../../ui/Sheet';
import styles from '../Admin.module.css';
import { useAdmin } from '../admin';
import { SCOPES, type KeySecret } from '../model';
import { Trouble } from '../parts';

const DAY_MS = 86_400_000;
const LIVES = { never: 0, month: 30, quarter: 90, year: 365 } as const;

export function KeyForm({ onClose, onMade }: { onClose: () => void; onMade: (made: KeySecret) => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { http, session } = useAdmin();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(['rooms:read', 'rooms:write']);
  const [life, setLife] = useState<keyof typeof LIVES>('never');
  const [error, setError] = useState<SylkError | null>(null);
  const make = async (): Promise<void> => {
    const expiresAt = LIVES[life] ? { expiresAt: new Date(Date.now() + LIVES[life] * DAY_MS).toISOString() } : {};
    try {
      onMade((await http.send<KeySecret>('POST', '/api-keys', { body: { name: name.trim(), scopes, ...expiresAt } })).body);
      onClose();
    } catch (reason) {
      setError(SylkError.from(reason));
    }
  };
  return (
    <Sheet title={t('admin.keys.new')} onClose={onClose}>
      <Form className={styles.form} onSubmit={(e) => { e.preventDefault(); void make(); }}>
        <Field label={t('admin.keys.name')} placeholder={t('admin.keys.nameHint')} value={name} onChange={setName} maxLength={100} autoComplete="off" autoFocus />
        <CheckboxGroup className={styles.checks ?? ''} value={scopes} onChange={setScopes}>
          <Label>{t('admin.keys.scopes')}</Label>
          <div>{SCOPES.filter((scope) => session.scopes.includes(scope)).map((scope) => <Check key={scope} value={scope}>{scope}</Check>)}</div>
        </CheckboxGroup>
        <Picker label={t('admin.keys.life')} icon="clock" value={life} empty="" options={Object.keys(LIVES).map((id) => ({ id, label: t(`admin.keys.lives.${id}`) }))} onChange={(id) => setLife(id as keyof typeof LIVES)} />
        {error && <Trouble error={error} />}
        <div data-actions><Button variant="quiet" onPress={onClose}>{t('people.cancel')}</Button><Button type="submit" variant="primary" isDisabled={!name.trim() || scopes.length === 0}>{t('admin.keys.make')}</Button></div>
      </Form>
    </Sheet>
  );
}
