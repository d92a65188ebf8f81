import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { Icon, type IconName } from '../ui/Icon';
import styles from './Banners.module.css';

interface ToastProps {
  text: string;
  icon?: IconName;
  action?: { label: string; onPress: () => void };
  /** Goes by itself after so long, but not while the pointer or the focus is on it. */
  forMs: number;
  onClose: () => void;
}

export function Toast({ text, icon, action, forMs, onClose }: ToastProps): React.JSX.Element {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => close.current(), forMs);
    return () => clearTimeout(timer);
  }, [held, forMs]);
  return (
    <div className={styles.toast} role="status" onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      {icon && <Icon name={icon} size={18} />}
      <span>{text}</span>
      {action && <Button size="s" variant="primary" onPress={action.onPress}>{action.label}</Button>}
      <Button size="s" variant="quiet" icon="close" aria-label={t('room.dismiss')} onPress={onClose} />
    </div>
  );
}
