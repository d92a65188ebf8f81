import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { useConfirm } from '../../ui/Confirm';
import styles from '../Admin.module.css';
import { useAct, useAdmin } from '../admin';
import type { Delivery, Webhook } from '../model';
import { Chip, Rows, Section, Title, Trouble } from '../parts';
import { useLoad, usePages, useWatch } from '../useLoad';
import { moment } from '../when';
import { ShownOnce } from './ShownOnce';
import { WebhookForm } from './WebhookForm';
import { Standing } from './Webhooks';

/** Deliveries are no events of the stream: while one is on its way the list is read again this often. */
const LOOK_MS = 1500;

export function WebhookPage({ id, onGone }: { id: string; onGone: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { value: hook, error, reload } = useLoad<Webhook>(`/webhooks/${id}`);
  const back = { to: '/admin/webhooks', label: t('admin.webhooks.title') };
  if (!hook) return <><Title text={t('admin.webhooks.one')} back={back} />{error ? <Trouble error={error} /> : <p className={styles.none}>{t('app.loading')}</p>}</>;
  return (
    <>
      <Title text={hook.description || hook.url} sub={hook.url} back={back}><Verbs hook={hook} onChanged={reload} onGone={onGone} /></Title>
      <p className={styles.chips} data-start><Standing of={hook} />{hook.events.length > 0 ? hook.events.map((type) => <Chip key={type}>{type}</Chip>) : <Chip>{t('admin.webhooks.allEvents')}</Chip>}</p>
      <Deliveries id={id} />
    </>
  );
}

function Verbs({ hook, onChanged, onGone }: { hook: Webhook; onChanged: () => void; onGone: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const act = useAct();
  const ask = useConfirm();
  const [editing, setEditing] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const path = `/webhooks/${hook.id}`;
  const turn = (enabled: boolean): void => void act(http.send('PATCH', path, { body: { enabled } })).then(onChanged);
  const rotate = (): void => ask({
    title: t('admin.webhooks.confirmRotate'), hint: t('admin.webhooks.confirmRotateHint'), yes: t('admin.webhooks.rotate'),
    onYes: () => void act(http.send<{ secret: string }>('POST', `${path}/rotate-secret`).then(({ body }) => setSecret(body.secret))),
  });
  const remove = (): void => ask({
    title: t('admin.webhooks.confirmDelete'), hint: t('admin.webhooks.confirmDeleteHint'), yes: t('admin.webhooks.delete'), danger: true,
    onYes: () => void act(http.send('DELETE', path), t('admin.webhooks.deleted')).then((done) => done && onGone()),
  });
  return (
    <span className={styles.verbs}>
      <Button size="s" icon="settings" onPress={() => setEditing(true)}>{t('admin.webhooks.edit')}</Button>
      <Button size="s" icon={hook.enabled ? 'pause' : 'play'} onPress={() => turn(!hook.enabled)}>{t(hook.enabled ? 'admin.webhooks.disable' : 'admin.webhooks.enable')}</Button>
      <Button size="s" icon="auto" onPress={rotate}>{t('admin.webhooks.rotate')}</Button>
      <Button size="s" variant="danger" icon="trash" onPress={remove}>{t('admin.webhooks.delete')}</Button>
      {editing && <WebhookForm hook={hook} onClose={() => setEditing(false)} onDone={onChanged} />}
      {secret && <ShownOnce secret={secret} onClose={() => setSecret(null)} />}
    </span>
  );
}

function Deliveries({ id }: { id: string }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const act = useAct();
  const pages = usePages<Delivery>(`/webhooks/${id}/deliveries`);
  const { reload } = pages;
  const waits = pages.value?.items.some((one) => one.state === 'pending') ?? false;
  useWatch(waits, reload, LOOK_MS);
  const send = (path: string): void => void act(http.send('POST', path)).then(reload);
  return (
    <Section title={t('admin.webhooks.deliveries')} verbs={(
      <>
        <Button size="s" onPress={reload}>{t('admin.reload')}</Button>
        <Button size="s" icon="send" onPress={() => send(`/webhooks/${id}/test`)}>{t('admin.webhooks.test')}</Button>
      </>
    )}>
      <Rows label={t('admin.webhooks.deliveries')} pages={pages} empty={t('admin.webhooks.noDeliveries')}>
        {(one) => (
          <li key={one.id} className={styles.row}>
            <span><b>{one.eventType}</b><small>{[one.room, moment(one.createdAt), outcome(one)].filter(Boolean).join(' · ')}</small></span>
            <span className={styles.chips}>
              {one.attempts > 1 && <Chip>{t('admin.webhooks.attempts', { count: one.attempts })}</Chip>}
              <Chip tone={one.state === 'delivered' ? 'good' : one.state === 'failed' ? 'bad' : 'warn'}>{t(`admin.webhooks.state.${one.state}`)}</Chip>
            </span>
            <Button size="s" onPress={() => send(`/deliveries/${one.id}/redeliver`)}>{t('admin.webhooks.redeliver')}</Button>
          </li>
        )}
      </Rows>
    </Section>
  );
}

const outcome = (one: Delivery): string => [one.lastError ?? (one.lastStatus ? `HTTP ${one.lastStatus}` : ''), one.lastDurationMs === null ? '' : `${one.lastDurationMs} ms`].filter(Boolean).join(', ');
