import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import styles from '../Admin.module.css';
import type { Webhook } from '../model';
import { Chip, Go, Rows, Title } from '../parts';
import { usePages } from '../useLoad';
import { ago } from '../when';
import { ShownOnce } from './ShownOnce';
import { WebhookForm } from './WebhookForm';

export function Webhooks(): React.JSX.Element {
  const { t } = useTranslation();
  const pages = usePages<Webhook>('/webhooks');
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <Title text={t('admin.webhooks.title')} sub={t('admin.webhooks.sub')}><Button variant="primary" icon="plus" onPress={() => setMaking(true)}>{t('admin.webhooks.new')}</Button></Title>
      <Rows label={t('admin.webhooks.title')} pages={pages} empty={t('admin.webhooks.none')}>
        {(hook) => (
          <li key={hook.id} className={styles.row}>
            <span><Go to={`/admin/webhooks/${hook.id}`}>{hook.description || hook.url}</Go><small>{hook.url}</small></span>
            <span className={styles.chips}><Standing of={hook} /></span>
          </li>
        )}
      </Rows>
      {making && <WebhookForm onClose={() => setMaking(false)} onDone={(made) => { if (made) setSecret(made); pages.reload(); }} />}
      {secret && <ShownOnce secret={secret} onClose={() => setSecret(null)} />}
    </>
  );
}

export function Standing({ of }: { of: Webhook }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <>
      {of.room && <Chip>{of.room}</Chip>}
      {of.failingSince && <Chip tone="bad">{t('admin.webhooks.failing', { when: ago(of.failingSince) })}</Chip>}
      {of.enabled ? <Chip tone="good">{t('admin.webhooks.on')}</Chip> : <Chip tone="warn">{t('admin.webhooks.off')}</Chip>}
    </>
  );
}
