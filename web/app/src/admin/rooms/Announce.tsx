import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import styles from '../Admin.module.css';
import { useAct, useAdmin } from '../admin';
import { Section } from '../parts';

/** A notice on everybody's page. */
export function Announce({ name }: { name: string }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const act = useAct();
  const [text, setText] = useState('');
  const say = async (): Promise<void> => {
    if (await act(http.send('POST', `/rooms/${name}/announcements`, { body: { text: text.trim(), target: 'all' } }), t('admin.rooms.announced'))) setText('');
  };
  return (
    <Section title={t('admin.rooms.announce')}>
      <Form className={styles.filters} onSubmit={(e) => { e.preventDefault(); void say(); }}>
        <Field label={t('admin.rooms.notice')} value={text} onChange={setText} maxLength={500} autoComplete="off" />
        <Button type="submit" icon="send" isDisabled={!text.trim()}>{t('chat.send')}</Button>
      </Form>
    </Section>
  );
}
