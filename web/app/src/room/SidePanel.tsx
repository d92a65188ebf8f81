import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import styles from './Room.module.css';

interface SidePanelProps {
  id: string;
  title: string;
  onClose: () => void;
  foot?: React.ReactNode;
  /** Stands beside the way to close. */
  actions?: React.ReactNode;
  /** What has the focus first, on pages with a keyboard; otherwise the panel itself. */
  focus?: React.RefObject<HTMLElement | null>;
  /** The content scrolls by itself. */
  bare?: boolean;
  children: React.ReactNode;
}

/** Beside the stage on a wide page, a bottom sheet on a phone. Escape closes it and focus goes back. */
export function SidePanel({ id, title, onClose, foot, actions, focus, bare = false, children }: SidePanelProps): React.JSX.Element {
  const { t } = useTranslation();
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    // On a phone the keyboard of the screen would come up and hide what one wants to read.
    const wanted = matchMedia('(pointer: coarse)').matches ? null : focus?.current;
    (wanted ?? ref.current)?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [focus]);
  return (
    <aside ref={ref} id={id} className={styles.panel} tabIndex={-1} aria-label={title} data-region onKeyDown={(e) => e.key === 'Escape' && onClose()}>
      <div className={styles.panelHead}>
        <h2>{title}</h2>
        <span>
          {actions}
          <Button variant="quiet" icon="close" aria-label={t('room.close')} onPress={onClose} />
        </span>
      </div>
      {bare ? children : <div className={styles.panelBody} tabIndex={0}>{children}</div>}
      {foot && <div className={styles.panelFoot}>{foot}</div>}
    </aside>
  );
}
