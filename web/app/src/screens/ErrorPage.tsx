import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { Icon, type IconName } from '../ui/Icon';
import { TopBar } from '../ui/TopBar';
import { navigate } from '../route';
import styles from './Message.module.css';

const ICONS: Record<string, IconName> = { room_locked: 'lock', room_full: 'people', room_ended: 'clock', room_not_open: 'clock', waiting_denied: 'door', token_required: 'lock', token_invalid: 'link', token_expired: 'clock', banned: 'remove', removed: 'remove' };

interface ErrorPageProps {
  code: string;
  /** The server's own words, e.g. what the host wrote. */
  detail?: string | undefined;
  traceId?: string | undefined;
  onRetry?: (() => void) | undefined;
  retryWord?: string | undefined;
  children?: React.ReactNode;
}

/** One template for everything that ends a visit before it began: sentence, cause, next step, reference. */
export function ErrorPage({ code, detail, traceId, onRetry, retryWord, children }: ErrorPageProps): React.JSX.Element {
  const { t, i18n } = useTranslation();
  const known = i18n.exists(`error.${code}.title`) ? code : 'internal';
  return (
    <div className={styles.page}>
      <TopBar />
      <main className={styles.main}>
        <div className={styles.badge}><Icon name={ICONS[code] ?? 'alert'} size={30} /></div>
        <h1 className={styles.title}>{t(`error.${known}.title`)}</h1>
        <p className={styles.text} dir="auto">{detail || t(`error.${known}.cause`)}</p>
        <p className={styles.next}>{t(`error.${known}.next`)}</p>
        {children}
        <div className={styles.actions}>
          {onRetry && <Button variant="primary" onPress={onRetry}>{retryWord ?? t('error.retry')}</Button>}
          <Button variant={onRetry ? 'secondary' : 'primary'} onPress={() => navigate('/')}>{t('error.home')}</Button>
        </div>
        {traceId && <p className={styles.reference}>{t('error.reference', { id: traceId })}</p>}
      </main>
    </div>
  );
}
