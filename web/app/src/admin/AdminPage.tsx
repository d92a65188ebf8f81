import i18next from 'i18next';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Toast } from '../room/Toast';
import { navigate } from '../route';
import { Button } from '../ui/Button';
import { ConfirmProvider } from '../ui/Confirm';
import { Icon, Mark, type IconName } from '../ui/Icon';
import { ThemeButton } from '../ui/TopBar';
import styles from './Admin.module.css';
import { AdminContext, type Admin } from './admin';
import { EventFeed } from './EventFeed';
import { Gate } from './Gate';
import type { AdminHttp } from './http';
import { Keys } from './keys/Keys';
import words from './locales/en.json';
import type { AdminSession } from './model';
import { Go } from './parts';
import { RoomPage } from './rooms/RoomPage';
import { Rooms } from './rooms/Rooms';
import { CallPage } from './server/CallPage';
import { Calls } from './server/Calls';
import { Config } from './server/Config';
import { Nodes } from './server/Nodes';
import { Overview } from './server/Overview';
import { useFeedState } from './useLoad';
import { WebhookPage } from './webhooks/WebhookPage';
import { Webhooks } from './webhooks/Webhooks';

i18next.addResourceBundle('en', 'translation', words, true);

type Place = 'overview' | 'rooms' | 'calls' | 'webhooks' | 'keys' | 'nodes' | 'config';
const PLACES: [Place, IconName][] = [['overview', 'chart'], ['rooms', 'people'], ['calls', 'phone'], ['webhooks', 'link'], ['keys', 'lock'], ['nodes', 'grid'], ['config', 'settings']];

/** `/admin`: what an operator sees and does. Everything it shows comes through the REST API, by the rights of who signed in. */
export default function AdminPage({ path }: { path: string }): React.JSX.Element {
  const [open, setOpen] = useState<{ http: AdminHttp; session: AdminSession } | null>(null);
  const enter = useCallback((http: AdminHttp, session: AdminSession) => setOpen({ http, session }), []);
  return open ? <Inside {...open} path={path} onLeave={() => setOpen(null)} /> : <Gate onEnter={enter} />;
}

function Inside({ http, session, path, onLeave }: { http: AdminHttp; session: AdminSession; path: string; onLeave: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const [notices, setNotices] = useState<{ id: number; text: string }[]>([]);
  const count = useRef(0);
  const notify = useCallback((text: string) => setNotices((old) => [...old.slice(-2), { id: ++count.current, text }]), []);
  const feed = useMemo(() => new EventFeed(http), [http]);
  useEffect(() => feed.start(), [feed]);
  useEffect(() => { http.onSignedOut = onLeave; }, [http, onLeave]);
  const admin = useMemo<Admin>(() => ({ http, feed, session, notify }), [http, feed, session, notify]);
  const [, , place = '', id = ''] = path.split('/');
  const here = PLACES.find(([name]) => name === place)?.[0] ?? 'overview';
  // On a phone the row of places is wider than the screen. In braces: newer browsers return a promise, which is no way to clean up.
  useEffect(() => { document.querySelector('nav a[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' }); }, [here]);
  const signOut = (): void => void http.send('DELETE', '/session').finally(onLeave);
  return (
    <AdminContext value={admin}>
      <ConfirmProvider>
        <div className={styles.page}>
          <a href="#main" className="skip">{t('admin.skip')}</a>
          <header className={styles.head}>
            <Go to="/admin" className={styles.brand} aria-label={t('admin.title')}><Mark /><span>{t('admin.title')}</span></Go>
            <span className={styles.spring} />
            <Feed />
            <ThemeButton />
            <Button variant="quiet" icon="leave" aria-label={t('admin.signOut')} onPress={signOut} />
          </header>
          <nav className={styles.nav} aria-label={t('admin.title')}>
            <ul>
              {PLACES.map(([name, icon]) => (
                <li key={name}>
                  <Go to={name === 'overview' ? '/admin' : `/admin/${name}`} {...(name === here ? { 'aria-current': 'page' as const } : {})}>
                    <Icon name={icon} />{t(`admin.${name}.title`)}
                  </Go>
                </li>
              ))}
            </ul>
          </nav>
          <main id="main" className={styles.main} tabIndex={-1}><Screen place={here} id={decodeURIComponent(id)} /></main>
          <div className={styles.toasts}>
            {notices.map((n) => <Toast key={n.id} text={n.text} forMs={6000} onClose={() => setNotices((old) => old.filter((x) => x.id !== n.id))} />)}
          </div>
        </div>
      </ConfirmProvider>
    </AdminContext>
  );
}

function Screen({ place, id }: { place: Place; id: string }): React.JSX.Element {
  if (place === 'rooms') return id ? <RoomPage key={id} name={id} onGone={() => navigate('/admin/rooms')} /> : <Rooms />;
  if (place === 'webhooks') return id ? <WebhookPage key={id} id={id} onGone={() => navigate('/admin/webhooks')} /> : <Webhooks />;
  if (place === 'calls') return id ? <CallPage key={id} id={id} /> : <Calls />;
  if (place === 'keys') return <Keys />;
  if (place === 'nodes') return <Nodes />;
  if (place === 'config') return <Config />;
  return <Overview />;
}

function Feed(): React.JSX.Element {
  const { t } = useTranslation();
  const state = useFeedState();
  return <span className={styles.feed} data-state={state} role="status">{t(`admin.feed.${state}`)}</span>;
}
