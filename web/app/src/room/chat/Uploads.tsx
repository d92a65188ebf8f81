import type { UploadState } from '@sylk/client';
import { ProgressBar } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { useRoom, useSession } from '../session';
import styles from './Chat.module.css';
import { fileSize, refusalWords } from './words';

export function Uploads(): React.JSX.Element | null {
  const uploads = useRoom((s) => s.uploads);
  if (uploads.length === 0) return null;
  return <ul className={styles.uploads}>{uploads.map((u) => <Row key={u.key} upload={u} />)}</ul>;
}

function Row({ upload }: { upload: UploadState }): React.JSX.Element {
  const { t, i18n } = useTranslation();
  const { files } = useSession();
  const { key, name, size, sent, status } = upload;
  const amount = t('chat.uploaded', { sent: fileSize(sent, i18n.language), size: fileSize(size, i18n.language) });
  const words = status === 'failed' ? [refusalWords(t, upload.error), upload.detail].filter(Boolean).join(': ') : status === 'paused' ? `${t('chat.paused')} · ${amount}` : status === 'waiting' ? t('chat.uploadWaiting') : amount;
  return (
    <li className={styles.upload} data-upload={status}>
      <span className={styles.fileWords}>
        <b><bdi>{name}</bdi></b>
        <small role={status === 'failed' ? 'alert' : undefined}>{words}</small>
        <ProgressBar aria-label={t('chat.uploading', { name })} value={sent} maxValue={Math.max(1, size)} className={styles.progress ?? ''}>
          {({ percentage }) => <span style={{ width: `${percentage ?? 0}%` }} />}
        </ProgressBar>
      </span>
      {status === 'sending' && <Button size="s" variant="quiet" icon="pause" aria-label={t('chat.pause', { name })} onPress={() => files.pause(key)} />}
      {(status === 'paused' || status === 'failed') && <Button size="s" variant="quiet" icon="play" aria-label={t('chat.resume', { name })} onPress={() => files.resume(key)} />}
      <Button size="s" variant="quiet" icon="close" aria-label={t('chat.cancelUpload', { name })} onPress={() => files.cancel(key)} />
    </li>
  );
}
