import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { Menu } from '../ui/Menu';
import { ThemeButton } from '../ui/TopBar';
import { clock } from './duration';
import { OwnConnection } from './QualityMark';
import { usePanels } from './panels';
import styles from './Room.module.css';
import { useRoom } from './session';
import { useNow } from './useNow';
import type { LayoutChoice } from './layout';
import type { StageWish } from './useStage';

interface HeaderProps {
  wish: StageWish;
  onWish: (patch: Partial<StageWish>) => void;
  onHelp: () => void;
  onStats: () => void;
}
const ICONS = { auto: 'auto', grid: 'grid', speaker: 'speaker' } as const;

export function RoomHeader({ wish, onWish, onHelp, onStats }: HeaderProps): React.JSX.Element {
  const { t } = useTranslation();
  const { show } = usePanels();
  const room = useRoom((s) => s.room.room);
  const recording = useRoom((s) => s.room.recording);
  const [since] = useState(Date.now);
  const now = useNow(1000);
  const compact = innerWidth < 640;
  const layouts = (['auto', 'grid', 'speaker'] as LayoutChoice[]).map((choice) => ({
    id: choice, label: t(`room.layouts.${choice}`), selected: wish.choice === choice, onAction: () => onWish({ choice, page: 0, pinned: null }),
  }));
  return (
    <header className={styles.head}>
      <h1 className={styles.title}>{room.title || room.name}</h1>
      <span className={styles.time} role="timer" aria-label={t('room.elapsed')}>{clock(now - since)}</span>
      {recording && <span className={`${styles.flag} ${styles.rec}`}>{t('room.recording')}</span>}
      {room.access?.locked && <span className={styles.flag}><Icon name="lock" size={14} />{compact ? <span className="visually-hidden">{t('room.locked')}</span> : t('room.locked')}</span>}
      <span className={styles.spring} />
      {!compact && <Button size="s" variant="quiet" icon="invite" onPress={() => show('invite')}>{t('phones.invite')}</Button>}
      {!compact && (
        <Menu label={t('room.layout')} groups={[
          { title: t('room.layout'), entries: layouts },
          { entries: [{ id: 'self', label: t('room.hideSelf'), selected: wish.hideSelf, onAction: () => onWish({ hideSelf: !wish.hideSelf }) }] },
          { entries: [{ id: 'stats', icon: 'chart', label: t('room.stats'), onAction: onStats }, { id: 'keys', icon: 'keyboard', label: t('room.shortcuts'), onAction: onHelp }] },
        ]}>
          <Button size="s" variant="quiet" icon={ICONS[wish.choice]} aria-label={t('room.layout')} />
        </Menu>
      )}
      <OwnConnection onPress={onStats} />
      <ThemeButton />
    </header>
  );
}
