import { SylkError } from '@sylk/client';
import { useState } from 'react';
import { CheckboxGroup, Form, Label } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Check } from '../../ui/Check';
import { Field } from '../../ui/Field';
import { Sheet } from '../../ui/Sheet';
import styles from '../Admin.module.css';
import { useAdmin } from '../admin';
import { FAMILIES, type Webhook } from '../model';
import { Trouble } from '../parts';

interface WebhookFormProps {
  hook?: Webhook;
  onClose: () => void;
  /** With the secret of a new one. */
  onDone: (secret: string | null) => void;
}

export function WebhookForm({ hook, onClose, onDone }: WebhookFormProps): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const [url, setUrl] = useState(hook?.url ?? '');
  const [description, setDescription] = useState(hook?.description ?? '');
  const [events, setEvents] = useState<string[]>(hook?.events ?? []);
  const [room, setRoom] = useState(hook?.room ?? '');
  const [error, setError] = useState<SylkError | null>(null);
  const choices = [...new Set<string>([...FAMILIES, ...(hook?.events ?? [])])];
  const save = async (): Promise<void> => {
    const body = { url: url.trim(), description: description.trim(), events, room: room.trim().toLowerCase() || null };
    try {
      const reply = hook ? await http.send<{ secret?: string }>('PATCH', `/webhooks/${hook.id}`, { body }) : await http.send<{ secret?: string }>('POST', '/webhooks', { body });
      onDone(reply.body.secret ?? null);
      onClose();
    } catch (reason) {
      setError(SylkError.from(reason));
    }
  };
  return (
    <Sheet title={t(hook ? 'admin.webhooks.edit' : 'admin.webhooks.new')} onClose={onClose}>
      <Form className={styles.form} onSubmit={(e) => { e.preventDefault(); void save(); }}>
        <Field label={t('admin.webhooks.url')} placeholder="https://" type="url" value={url} onChange={setUrl} autoComplete="off" autoFocus />
        <Field label={t('admin.webhooks.description')} value={description} onChange={setDescription} maxLength={200} autoComplete="off" />
        <Field label={t('admin.webhooks.room')} placeholder={t('admin.webhooks.allRooms')} value={room} onChange={setRoom} autoComplete="off" />
        <CheckboxGroup className={styles.checks ?? ''} value={events} onChange={setEvents}>
          <Label>{t('admin.webhooks.events')}</Label>
          <div>{choices.map((type) => <Check key={type} value={type}>{type}</Check>)}</div>
        </CheckboxGroup>
        {error && <Trouble error={error} />}
        <div data-actions><Button variant="quiet" onPress={onClose}>{t('people.cancel')}</Button><Button type="submit" variant="primary" isDisabled={!url.trim()}>{t('moderator.save')}</Button></div>
      </Form>
    </Sheet>
  );
}
