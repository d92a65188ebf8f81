import type { Waiting } from '@sylk/client';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { clock } from './duration';
import { KindBadge } from './KindBadge';
import styles from './PeoplePanel.module.css';
import { useRoom, useSession } from './session';
import { useNow } from './useNow';
import { useTell } from './useTell';

/** Who waits to be let in (B3): name, kind and for how long; one or all are let in, or declined with or without words. */
export function WaitingList(): React.JSX.Element {
  const { t } = useTranslation();
  const { moderation } = useSession();
  const tell = useTell();
  const waiting = useRoom((s) => s.room.waiting);
  return (
    <section className={styles.waiting} aria-label={t('people.waiting')}>
      <div className={styles.waitingHead}>
        <h3>{t('people.waiting')} ({waiting.length})</h3>
        {waiting.length > 1 && <Button size="s" onPress={() => tell(moderation.admitAll())}>{t('people.admitAll')}</Button>}
      </div>
      <ul>{waiting.map((w) => <Row key={w.id} person={w} />)}</ul>
    </section>
  );
}

function Row({ person }: { person: Waiting }): React.JSX.Element {
  const { t } = useTranslation();
  const { moderation } = useSession();
  const tell = useTell();
  const now = useNow(1000);
  const [denying, setDenying] = useState(false);
  const [message, setMessage] = useState('');
  const { id, displayName: name } = person;
  const deny = (): void => tell(moderation.deny(id, message.trim()));
  return (
    <li data-waiting={id}>
      <div className={styles.person}>
        <Avatar id={id} name={name} phone={person.kind === 'sip'} size="s" />
        <span className={styles.who}><b><bdi>{name}</bdi></b><small><KindBadge kind={person.kind} size={13} shown />{t(`people.kind.${person.kind}`)} · {clock(now - Date.parse(person.since))}</small></span>
        <Button size="s" variant="primary" aria-label={t('people.admitNamed', { name })} onPress={() => tell(moderation.admit(id))}>{t('people.admit')}</Button>
        <Button size="s" variant="quiet" aria-label={t('people.denyNamed', { name })} aria-expanded={denying} onPress={() => setDenying(!denying)}>{t('people.deny')}</Button>
      </div>
      {denying && (
        <Form className={styles.deny} onSubmit={(e) => { e.preventDefault(); deny(); }}>
          <Field label={t('people.denyMessage')} placeholder={t('people.denyPlaceholder')} value={message} onChange={setMessage} maxLength={200} autoComplete="off" autoFocus />
          <div>
            <Button size="s" variant="quiet" onPress={() => setDenying(false)}>{t('people.cancel')}</Button>
            <Button size="s" variant="danger" type="submit">{t(message.trim() ? 'people.denyWith' : 'people.denyYes')}</Button>
          </div>
        </Form>
      )}
    </li>
  );
}
