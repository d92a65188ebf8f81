import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import styles from './Sheet.module.css';

/** A dialog with a title and a way out; it is open as long as it is there. */
export function Sheet({ title, onClose, children }: { title: string; onClose: () => void; children: React.ReactNode }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <ModalOverlay isOpen onOpenChange={(open) => !open && onClose()} isDismissable className={styles.overlay ?? ''}>
      <Modal className={styles.modal ?? ''}>
        <Dialog className={styles.dialog ?? ''}>
          <div className={styles.head}>
            <Heading slot="title" className={styles.title ?? ''}>{title}</Heading>
            <Button slot="close" variant="quiet" icon="close" aria-label={t('room.close')} />
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
