import type { ChatLine, ReceiptState } from '@sylk/client';
import { Button as Bare } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Menu, type MenuEntry } from '../../ui/Menu';
import { KindBadge } from '../KindBadge';
import { usePanels } from '../panels';
import { useRoom, useSession } from '../session';
import { canModerate } from '../tiles';
import { useTell } from '../useTell';
import styles from './Chat.module.css';
import type { DraftVerbs } from './draft';
import { Linked } from './Linked';
import { actionText, readsChat } from './timeline';
import { clockTime, refusalWords } from './words';

interface MessageProps {
  line: ChatLine;
  joined: boolean;
  firstUnread: boolean;
  draft: DraftVerbs;
  onShow: (id: string) => void;
}

export function Message({ line, joined, firstUnread, draft, onShow }: MessageProps): React.JSX.Element {
  const { t, i18n } = useTranslation();
  const addressee = useRoom((s) => (line.to ? (s.room.participants[line.to]?.displayName ?? '?') : ''));
  const { from, mine } = line;
  const action = line.deleted ? null : actionText(line);
  const time = clockTime(line.timestamp, i18n.language);
  return (
    <>
      {firstUnread && <p className={styles.unread}><span>{t('chat.new')}</span></p>}
      <article id={`line-${line.id}`} className={styles.message} data-message={line.id} data-mine={mine || undefined} data-private={line.to ? true : undefined} data-joined={joined || undefined} data-status={line.status}
        aria-label={t('chat.from', { name: from.displayName, time })}>
        {!mine && (joined ? <span className={styles.gutter} /> : <Avatar id={from.participantId} name={from.displayName} size="s" />)}
        <div className={styles.stack}>
          {!joined && (
            <p className={styles.by}>
              {!mine && <b><bdi>{from.displayName}</bdi></b>}
              {(line.via === 'sip' || line.via === 'xmpp' || line.via === 'msrp') && <small className={styles.via}><KindBadge kind={line.via} size={12} shown />{t(`people.kind.${line.via}`)}</small>}
              {line.to && <small className={styles.private}><Icon name="lock" size={12} />{mine ? t('chat.privatelyTo', { name: addressee }) : t('chat.privately')}</small>}
              <time dateTime={line.timestamp}>{time}</time>
            </p>
          )}
          <div className={styles.bubbleRow}>
            <div className={styles.bubble} data-action={action !== null || undefined} dir="auto">
              {line.replyTo && <Quote id={line.replyTo} onShow={onShow} />}
              {line.deleted ? <i className={styles.gone}>{t('chat.deleted')}</i> : action !== null ? <><b><bdi>{from.displayName}</bdi></b> <Linked text={action} /></> : <Linked text={line.content} />}
              {line.editedAt && !line.deleted && <small className={styles.edited} title={t('chat.editedAt', { time: clockTime(line.editedAt, i18n.language) })}> {t('chat.edited')}</small>}
            </div>
            {!line.deleted && line.status === 'sent' && <MessageMenu line={line} draft={draft} />}
          </div>
          <Status line={line} />
          {mine && line.to && line.status === 'sent' && !line.deleted && <Receipt state={line.receipt} name={addressee} />}
        </div>
      </article>
    </>
  );
}

/** The beginning of what a message answers; a way to it when it is loaded. */
function Quote({ id, onShow }: { id: string; onShow: (id: string) => void }): React.JSX.Element {
  const { t } = useTranslation();
  const line = useRoom((s) => s.chat.lines.find((l) => l.id === id));
  if (!line || line.deleted) return <p className={styles.quote}>{t('chat.quoteGone')}</p>;
  return <Bare className={styles.quote ?? ''} onPress={() => onShow(id)}><b><bdi>{line.from.displayName}</bdi></b> <bdi>{line.content}</bdi></Bare>;
}

function Status({ line }: { line: ChatLine }): React.JSX.Element | null {
  const { t } = useTranslation();
  const { chat } = useSession();
  const id = line.clientId ?? '';
  if (line.status === 'pending') return <p className={styles.status}>{t('chat.sending')}</p>;
  if (line.status !== 'failed') return null;
  return (
    <p className={styles.failed} role="alert">
      <Icon name="alert" size={15} /><span>{t('chat.failed')} {refusalWords(t, line.error)}</span>
      <Button size="s" onPress={() => void chat.retry(id)}>{t('chat.retry')}</Button>
      <Button size="s" variant="quiet" onPress={() => chat.discard(id)}>{t('chat.discard')}</Button>
    </p>
  );
}

/** What became of a private message, in words: a tick says little to some and nothing to others. */
function Receipt({ state = 'sent', name }: { state?: ReceiptState | 'sent'; name: string }): React.JSX.Element {
  const { t } = useTranslation();
  if (state === 'failed') return <p className={styles.failed} role="alert" data-receipt="failed"><Icon name="alert" size={15} /><span>{t('chat.receipt.failed', { name })}</span></p>;
  return <p className={styles.receipt} data-receipt={state}><Icon name={state === 'sent' ? 'check' : 'checks'} size={14} />{t(`chat.receipt.${state}`)}</p>;
}

function MessageMenu({ line, draft }: { line: ChatLine; draft: DraftVerbs }): React.JSX.Element {
  const { t } = useTranslation();
  const { chat } = useSession();
  const tell = useTell();
  const panels = usePanels();
  const moderator = useRoom((s) => canModerate(s.room.participants[s.room.selfId]));
  const sender = useRoom((s) => s.room.participants[line.from.participantId]);
  const entries: MenuEntry[] = [{ id: 'reply', icon: 'reply', label: t('chat.reply'), onAction: () => draft.reply(line.id) }];
  if (sender && !line.mine && readsChat(sender)) entries.push({ id: 'private', icon: 'lock', label: t('chat.messageTo', { name: sender.displayName }), onAction: () => panels.messageTo(sender.id) });
  entries.push({ id: 'copy', icon: 'copy', label: t('chat.copy'), onAction: () => tell(navigator.clipboard.writeText(line.content)) });
  if (line.mine) entries.push({ id: 'edit', icon: 'edit', label: t('chat.edit'), onAction: () => draft.edit(line.id) });
  if (line.mine || moderator) entries.push({ id: 'delete', icon: 'trash', danger: true, label: t('chat.delete'), onAction: () => tell(chat.delete(line.id)) });
  const label = t('chat.menuFor', { name: line.from.displayName, time: clockTime(line.timestamp, 'en') });
  return (
    <Menu label={label} groups={[{ entries }]}>
      <Bare className={styles.more ?? ''} aria-label={label}><Icon name="more" size={16} /></Bare>
    </Menu>
  );
}
