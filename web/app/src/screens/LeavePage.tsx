import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '../room/duration';
import { useRoom } from '../room/session';
import { navigate } from '../route';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { TopBar } from '../ui/TopBar';
import { ErrorPage } from './ErrorPage';
import styles from './Message.module.css';

export function LeavePage({ joinedAt, onRejoin }: { joinedAt: number; onRejoin: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const ended = useRoom((s) => s.ended);
  const [leftAt] = useState(Date.now);
  if (ended?.kind === 'failed') return <ErrorPage code={ended.code} detail={ended.detail} traceId={ended.traceId} onRetry={onRejoin} />;
  const title = ended?.kind === 'removed' ? t('leave.removedTitle') : ended?.kind === 'ended' ? t('leave.endedTitle') : t('leave.title');
  return (
    <div className={styles.page}>
      <TopBar />
      <main className={styles.main}>
        <div className={styles.badge}><Icon name={ended?.kind === 'removed' ? 'remove' : 'check'} size={30} /></div>
        <h1 className={styles.title}>{title}</h1>
        {joinedAt > 0 && <p className={styles.text}>{t('leave.duration', { duration: clock(leftAt - joinedAt) })}</p>}
        {ended?.detail && <p className={styles.next} dir="auto">{ended.detail}</p>}
        <div className={styles.actions}>
          {ended?.kind !== 'ended' && <Button variant="primary" onPress={onRejoin}>{t('leave.rejoin')}</Button>}
          <Button onPress={() => navigate('/')}>{t('leave.home')}</Button>
        </div>
      </main>
    </div>
  );
}
