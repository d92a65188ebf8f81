import { createContext, use, useCallback, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import styles from './Confirm.module.css';

export interface Question {
  title: string;
  hint: string;
  yes: string;
  danger?: boolean;
  /** Runs inside the click on `yes`, so that what needs a gesture of the person still has one. */
  onYes: () => void;
}
type Ask = (question: Question) => void;

const ConfirmContext = createContext<Ask | null>(null);

export function useConfirm(): Ask {
  const ask = use(ConfirmContext);
  if (!ask) throw new Error('useConfirm needs a ConfirmProvider');
  return ask;
}

/** One question at a time; Escape and a click beside it mean no. */
export function ConfirmProvider({ children }: { children: React.ReactNode }): React.JSX.Element {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<Question | null>(null);
  const ask = useCallback<Ask>((q) => setQuestion(q), []);
  const yes = (): void => {
    question?.onYes();
    setQuestion(null);
  };
  return (
    <ConfirmContext value={ask}>
      {children}
      <ModalOverlay isOpen={question !== null} onOpenChange={(open) => !open && setQuestion(null)} isDismissable className={styles.overlay ?? ''}>
        <Modal className={styles.modal ?? ''}>
          <Dialog role="alertdialog" className={styles.dialog ?? ''}>
            <Heading slot="title" className={styles.title ?? ''}>{question?.title}</Heading>
            <p className={styles.hint}>{question?.hint}</p>
            <div className={styles.actions}>
              <Button variant="quiet" autoFocus onPress={() => setQuestion(null)}>{t('people.cancel')}</Button>
              <Button variant={question?.danger ? 'danger' : 'primary'} onPress={yes}>{question?.yes}</Button>
            </div>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </ConfirmContext>
  );
}
