import { BANNER_MS, type SessionState } from '@sylk/client';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TroubleCard } from '../screens/TroubleCard';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import styles from './Banners.module.css';
import { DeviceToasts } from './DeviceToasts';
import { CallNews } from './phones/CallNews';
import { Knock, MessageNews } from './RoomNews';
import { useRoom, useSession } from './session';
import { SoundOnly } from './SoundOnly';
import { Toast } from './Toast';

const NOTICE_MS = 8000;

/** Everything that lies over the stage and asks for something. Most urgent first. */
export function Banners({ mutedHint: hint }: { mutedHint: boolean }): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const blocked = useRoom((s) => s.audioBlocked);
  const asked = useRoom((s) => s.unmuteAsked);
  const asker = useRoom((s) => (s.unmuteAsked ? s.room.participants[s.unmuteAsked.by]?.displayName : undefined));
  const notices = useRoom((s) => s.notices);
  const trouble = useRoom((s) => s.local.trouble);
  const retry = (): void => {
    session.media.clearTrouble();
    void (trouble?.source === 'camera' ? session.media.setCamera(true) : session.media.setMicrophone(true));
  };
  return (
    <div className={styles.layer}>
      <Reconnecting />
      <SoundOnly />
      {blocked && (
        <div className={styles.sound}>
          <Button variant="primary" size="l" icon="volume" onPress={() => void session.resumeAudio()}>{t('room.soundOn')}</Button>
          <p>{t('room.soundHint')}</p>
        </div>
      )}
      {trouble && <div className={styles.card}><TroubleCard kind={trouble.source} trouble={trouble.trouble} onRetry={retry} onSkip={() => session.media.clearTrouble()} /></div>}
      {asked && (
        <div className={styles.toast} role="alertdialog" aria-label={t('room.unmuteAskedAnon')}>
          <Icon name="mic" size={18} />
          <span>{asker ? t('room.unmuteAsked', { name: asker }) : t('room.unmuteAskedAnon')}</span>
          <Button size="s" variant="primary" onPress={() => session.answerUnmute(true)}>{t('room.unmute')}</Button>
          <Button size="s" variant="quiet" onPress={() => session.answerUnmute(false)}>{t('room.notNow')}</Button>
        </div>
      )}
      {hint && (
        <div className={styles.toast} role="status">
          <Icon name="micOff" size={18} /><span>{t('room.muted')}</span>
          <Button size="s" variant="primary" onPress={() => void session.media.setMicrophone(true)}>{t('room.unmute')}</Button>
        </div>
      )}
      {notices.map((n) => (
        <Toast key={n.key} text={noticeText(n, t)} forMs={NOTICE_MS} onClose={() => session.dismissNotice(n.key)} />
      ))}
      <Knock />
      <MessageNews />
      <CallNews />
      <DeviceToasts />
    </div>
  );
}

/** Pure: our own notices have codes and words here; the server's come with theirs. */
function noticeText({ code, text }: SessionState['notices'][number], t: TFunction): string {
  switch (code) {
    case 'mutedBy': return t('room.mutedBy');
    case 'linkCopied': return t('room.linkCopied');
    case 'speakerLost': return t('device.lost.speaker');
    case 'cameraLost': return text ? t('device.lost.camera', { device: text }) : t('device.lost.cameraNone');
    case 'microphoneLost': return text ? t('device.lost.microphone', { device: text }) : t('device.lost.microphoneNone');
    default: return text;
  }
}

function Reconnecting(): React.JSX.Element | null {
  const { t } = useTranslation();
  const trouble = useRoom((s) => s.trouble);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    setShown(false);
    if (!trouble) return;
    const timer = setTimeout(() => setShown(true), Math.max(0, trouble.since + BANNER_MS - performance.now()));
    return () => clearTimeout(timer);
  }, [trouble]);
  if (!trouble || !shown) return null;
  return (
    <div className={styles.reconnecting} role="alert">
      <span className={styles.spinner} aria-hidden="true" />
      <span><b>{navigator.onLine ? t('room.reconnecting') : t('room.offline')}</b> {t('room.reconnectingHint')}</span>
    </div>
  );
}
