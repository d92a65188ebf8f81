import type { FileInfo } from '@sylk/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { useConfirm } from '../../ui/Confirm';
import { Icon } from '../../ui/Icon';
import { useRoom, useSession } from '../session';
import { canModerate } from '../tiles';
import { useTell } from '../useTell';
import styles from './Chat.module.css';
import { clockTime, fileSize } from './words';

/** Files come from this server or not at all; what else an address might say is not followed. */
export function fileHref(url: string, origin: string = location.origin): string | null {
  if (!URL.canParse(url, origin)) return null;
  const found = new URL(url, origin);
  return found.origin === origin && (found.protocol === 'https:' || found.protocol === 'http:') ? found.href : null;
}

/** A file of the room: a link to download, never shown by itself. */
export function FileCard({ file }: { file: FileInfo }): React.JSX.Element {
  const { t, i18n } = useTranslation();
  const session = useSession();
  const tell = useTell();
  const ask = useConfirm();
  const may = useRoom((s) => file.from.participantId === s.room.selfId || canModerate(s.room.participants[s.room.selfId]));
  const href = fileHref(file.url);
  const remove = (): void => ask({
    title: t('chat.confirmRemoveFile', { name: file.name }), hint: t('chat.confirmRemoveFileHint'), yes: t('chat.removeFile'), danger: true,
    onYes: () => tell(session.files.remove(file.id)),
  });
  const facts = `${fileSize(file.size, i18n.language)} · ${file.from.displayName} · ${clockTime(file.timestamp, i18n.language)}`;
  return (
    <article className={styles.file} data-file={file.id}>
      <span className={styles.fileIcon}><Icon name="file" size={20} /></span>
      <span className={styles.fileWords}>
        {href ? <a href={href} download={file.name} rel="noopener noreferrer"><bdi>{file.name}</bdi></a> : <b><bdi>{file.name}</bdi></b>}
        <small><bdi>{facts}</bdi></small>
      </span>
      {may && <Button size="s" variant="quiet" icon="trash" aria-label={t('chat.removeFileNamed', { name: file.name })} onPress={remove} />}
    </article>
  );
}
