import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/Icon';
import styles from './Banners.module.css';
import { isSoundOnly } from './quality';
import { useRoom } from './session';

/** The link carries no picture at all: said once, in words, for as long as it is so. */
export function SoundOnly(): React.JSX.Element | null {
  const { t } = useTranslation();
  const alone = useRoom((s) => isSoundOnly(s.room.slots, s.room.tracks));
  return alone ? <div className={styles.toast} role="status"><Icon name="cameraOff" size={18} /><span>{t('room.soundOnly')}</span></div> : null;
}
