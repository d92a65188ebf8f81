import { useTranslation } from 'react-i18next';
import { useRoom } from '../session';
import { mayShareFiles } from '../tiles';
import styles from './Chat.module.css';
import { FileCard } from './FileCard';
import { ShareFileButton } from './ShareFileButton';
import { Uploads } from './Uploads';

export function FilesTab(): React.JSX.Element {
  const { t } = useTranslation();
  const files = useRoom((s) => s.room.files);
  const may = useRoom((s) => mayShareFiles(s.room));
  return (
    <>
      <div className={styles.listFrame}>
        <div className={styles.list} tabIndex={0} role="region" aria-label={t('chat.files')}>
          {files.length === 0 && <p className={styles.empty}>{t(may ? 'chat.noFiles' : 'chat.noFilesYet')}</p>}
          {[...files].reverse().map((file) => <FileCard key={file.id} file={file} />)}
        </div>
      </div>
      <div className={styles.composer}>
        <Uploads />
        {may ? <ShareFileButton wide /> : <p className={styles.hint}>{t('chat.filesOff')}</p>}
      </div>
    </>
  );
}
