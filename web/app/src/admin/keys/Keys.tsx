import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { useConfirm } from '../../ui/Confirm';
import { Sheet } from '../../ui/Sheet';
import styles from '../Admin.module.css';
import { useAct, useAdmin } from '../admin';
import type { ApiKey, KeySecret } from '../model';
import { Chip, More, Rows, Secret, Title } from '../parts';
import { usePages } from '../useLoad';
import { ago, moment } from '../when';
import { KeyForm } from './KeyForm';

/** How long a turned key's old secret stays good: time to bring the new one to where it is used. */
const GRACE_MS = 3_600_000;

export function Keys(): React.JSX.Element {
  const { t } = useTranslation();
  const { http, session } = useAdmin();
  const ask = useConfirm();
  const act = useAct();
  const pages = usePages<ApiKey>('/api-keys');
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<KeySecret | null>(null);
  const show = (secret: KeySecret): void => {
    setMade(secret);
    pages.reload();
  };
  const rotate = (key: ApiKey): void => void act(http.send<KeySecret>('POST', `/api-keys/${key.id}/rotate`, { body: { graceMs: GRACE_MS } }).then(({ body }) => show(body)));
  const revoke = (key: ApiKey): void => void act(http.send('DELETE', `/api-keys/${key.id}`), t('admin.keys.revokedNow', { name: key.name })).then((done) => done && pages.reload());
  const groups = (key: ApiKey): React.ComponentProps<typeof More>['groups'] => [
    { entries: [{ id: 'rotate', icon: 'auto', label: t('admin.keys.rotate'), onAction: () => ask({ title: t('admin.keys.confirmRotate', { name: key.name }), hint: t('admin.keys.confirmRotateHint'), yes: t('admin.keys.rotate'), onYes: () => rotate(key) }) }] },
    { entries: [{ id: 'revoke', icon: 'trash', label: t('admin.keys.revoke'), danger: true, onAction: () => ask({ title: t('admin.keys.confirmRevoke', { name: key.name }), hint: t(key.id === session.id ? 'admin.keys.confirmRevokeOwn' : 'admin.keys.confirmRevokeHint'), yes: t('admin.keys.revoke'), danger: true, onYes: () => revoke(key) }) }] },
  ];
  return (
    <>
      <Title text={t('admin.keys.title')} sub={t('admin.keys.sub')}><Button variant="primary" icon="plus" onPress={() => setMaking(true)}>{t('admin.keys.new')}</Button></Title>
      <Rows label={t('admin.keys.title')} pages={pages} empty={t('admin.keys.none')}>
        {(key) => (
          <li key={key.id} className={styles.row}>
            <span>
              <b>{key.name}</b>
              <small>{key.prefix}… · {key.lastUsedAt ? t('admin.keys.used', { when: ago(key.lastUsedAt) }) : t('admin.keys.unused')}</small>
              <small>{key.scopes.join(' ')}</small>
            </span>
            <span className={styles.chips}><State of={key} own={key.id === session.id} /></span>
            {!key.revokedAt && <More label={t('admin.actions', { what: key.name })} groups={groups(key)} />}
          </li>
        )}
      </Rows>
      {making && <KeyForm onClose={() => setMaking(false)} onMade={show} />}
      {made && (
        <Sheet title={made.name} onClose={() => setMade(null)}>
          <p className={styles.sub}>{t('admin.keys.once')}</p>
          <Secret label={t('admin.keys.secret')} value={made.secret} />
          <Secret label={t('admin.keys.signing')} value={made.signingSecret} />
          <div data-actions><Button variant="primary" onPress={() => setMade(null)}>{t('admin.kept')}</Button></div>
        </Sheet>
      )}
    </>
  );
}

function State({ of, own }: { of: ApiKey; own: boolean }): React.JSX.Element {
  const { t } = useTranslation();
  if (of.revokedAt) return <Chip tone="bad">{t('admin.keys.revoked')}</Chip>;
  return (
    <>
      {own && <Chip>{t('admin.keys.own')}</Chip>}
      {of.expiresAt && (Date.parse(of.expiresAt) <= Date.now() ? <Chip tone="bad">{t('admin.keys.expired')}</Chip> : <Chip>{t('admin.keys.until', { when: moment(of.expiresAt) })}</Chip>)}
    </>
  );
}
