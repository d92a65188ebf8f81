import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/Icon';
import styles from './DropZone.module.css';
import { usePanels } from './panels';
import { useSession } from './session';
import { mayShareFiles } from './tiles';

const carriesFiles = (e: DragEvent): boolean => e.dataTransfer?.types.includes('Files') ?? false;

/** Files dropped anywhere on the page are shared; the button in the chat does the same (2.5.7). */
export function DropZone(): React.JSX.Element | null {
  const { t } = useTranslation();
  const session = useSession();
  const { open } = usePanels();
  const [over, setOver] = useState<'yes' | 'no' | null>(null);
  useEffect(() => {
    let depth = 0;
    const may = (): boolean => mayShareFiles(session.store.snapshot.room);
    const enter = (e: DragEvent): void => {
      if (!carriesFiles(e)) return;
      depth++;
      setOver(may() ? 'yes' : 'no');
    };
    const leave = (e: DragEvent): void => {
      if (carriesFiles(e) && --depth <= 0) end();
    };
    const move = (e: DragEvent): void => {
      if (!carriesFiles(e)) return;
      // Without this the browser would open the file in place of the call.
      e.preventDefault();
      if (e.dataTransfer) e.dataTransfer.dropEffect = may() ? 'copy' : 'none';
    };
    const drop = (e: DragEvent): void => {
      if (!carriesFiles(e)) return;
      e.preventDefault();
      end();
      const files = [...(e.dataTransfer?.files ?? [])];
      if (files.length === 0 || !may()) return;
      session.files.share(files);
      open('chat', 'files');
    };
    const end = (): void => {
      depth = 0;
      setOver(null);
    };
    const listeners = [['dragenter', enter], ['dragleave', leave], ['dragover', move], ['drop', drop]] as const;
    for (const [name, listener] of listeners) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of listeners) removeEventListener(name, listener);
    };
  }, [session, open]);
  if (!over) return null;
  return (
    <div className={styles.overlay} data-drop={over}>
      <div><Icon name={over === 'yes' ? 'file' : 'alert'} size={34} /><p>{t(over === 'yes' ? 'chat.drop' : 'chat.filesOff')}</p></div>
    </div>
  );
}
