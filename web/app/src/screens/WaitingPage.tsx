import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '../room/duration';
import { useRoom, useSession } from '../room/session';
import { useNow } from '../room/useNow';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { TopBar } from '../ui/TopBar';
import { Video } from '../ui/Video';
import styles from './Message.module.css';

export function WaitingPage(): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const camera = useRoom((s) => s.local.cameraTrack);
  const notice = useRoom((s) => s.notices.at(-1));
  const [since] = useState(Date.now);
  const now = useNow(1000);
  return (
    <div className={styles.page}>
      <TopBar />
      <main className={styles.main}>
        {camera ? <Video track={camera} className={styles.preview ?? ''} /> : <div className={styles.badge}><Icon name="clock" size={30} /></div>}
        <h1 className={styles.title}>{t('waiting.title')}</h1>
        <p className={styles.text}>{t('waiting.text')}</p>
        <p role="timer" aria-label={t('waiting.elapsed', { duration: clock(now - since) })}>{t('waiting.elapsed', { duration: clock(now - since) })}</p>
        {notice?.text && <p className={styles.said} role="status"><Icon name="chat" size={18} /><bdi>{notice.text}</bdi></p>}
        <div className={styles.actions}><Button onPress={() => void session.leave()}>{t('waiting.leave')}</Button></div>
      </main>
    </div>
  );
}
