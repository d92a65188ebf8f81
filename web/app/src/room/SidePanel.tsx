import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import styles from './Room.module.css';

interface SidePanelProps {
  id: string;
  title: string;
  onClose: () => void;
  foot?: React.ReactNode;
  children: React.ReactNode;
}

/** Beside the stage on a wide page, a bottom sheet on a phone. Escape closes it and focus goes back. */
export function SidePanel({ id, title, onClose, foot, children }: SidePanelProps): React.JSX.Element {
  const { t } = useTranslation();
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <aside ref={ref} id={id} className={styles.panel} tabIndex={-1} aria-label={title} data-region onKeyDown={(e) => e.key === 'Escape' && onClose()}>
      <div className={styles.panelHead}>
        <h2>{title}</h2>
        <Button variant="quiet" icon="close" aria-label={t('room.close')} onPress={onClose} />
      </div>
      <div className={styles.panelBody} tabIndex={0}>{children}</div>
      {foot && <div className={styles.panelFoot}>{foot}</div>}
    </aside>
  );
}
