import { useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay, Switch } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { loadPrefs, savePrefs } from '../prefs';
import { Button } from '../ui/Button';
import styles from './ShortcutsDialog.module.css';

const KEYS = [
  ['M', 'mic'], ['V', 'camera'], ['Space', 'ptt'], ['H', 'hand'], ['S', 'screen'], ['P', 'people'], ['C', 'chat'], ['D', 'devices'], ['F', 'fullscreen'],
  ['W', 'layout'], ['T', 'stats'], ['1–8', 'reactions'], ['[ ]', 'focus'], ['Q', 'who'], ['F6', 'regions'], ['?', 'help'],
] as const;

export function ShortcutsDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }): React.JSX.Element {
  const { t } = useTranslation();
  const [enabled, setEnabled] = useState(() => loadPrefs().shortcuts);
  const change = (shortcuts: boolean): void => {
    savePrefs({ shortcuts });
    setEnabled(shortcuts);
  };
  return (
    <ModalOverlay isOpen={open} onOpenChange={onOpenChange} isDismissable className={styles.overlay ?? ''}>
      <Modal className={styles.modal ?? ''}>
        <Dialog className={styles.dialog ?? ''}>
          <div className={styles.head}>
            <Heading slot="title" className={styles.title ?? ''}>{t('shortcuts.title')}</Heading>
            <Button slot="close" variant="quiet" icon="close" aria-label={t('room.close')} />
          </div>
          <p className={styles.intro}>{t('shortcuts.intro')}</p>
          <dl className={styles.keys}>
            {KEYS.map(([key, name]) => <div key={name}><dt><kbd>{key}</kbd></dt><dd>{t(`shortcuts.${name}`)}</dd></div>)}
          </dl>
          <Switch className={styles.switch ?? ''} isSelected={enabled} onChange={change}><span className={styles.track} />{t('shortcuts.enabled')}</Switch>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
