import { useEffect, useState } from 'react';
import { TextArea, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Icon, type IconName } from '../../ui/Icon';
import { Menu } from '../../ui/Menu';
import { usePanels } from '../panels';
import { useRoom, useSession } from '../session';
import { mayChat, mayShareFiles, presentPeople } from '../tiles';
import styles from './Chat.module.css';
import type { Draft, DraftVerbs } from './draft';
import { ShareFileButton } from './ShareFileButton';
import { readsChat } from './timeline';
import { Uploads } from './Uploads';
import { useEdit } from './useEdit';
import { useSay } from './useSay';

interface ComposerProps {
  input: React.RefObject<HTMLTextAreaElement | null>;
  draft: Draft;
  verbs: DraftVerbs;
}

export function Composer({ input, draft, verbs }: ComposerProps): React.JSX.Element {
  const { t } = useTranslation();
  const { chat, files } = useSession();
  const { to } = usePanels();
  const { replyTo, edits } = draft;
  const [text, setText] = useState('');
  const { say, answer, clear } = useSay(replyTo);
  const { lastOwn, save } = useEdit(draft, verbs, setText);
  const may = useRoom((s) => mayChat(s.room));
  const mayFiles = useRoom((s) => mayShareFiles(s.room));
  useEffect(() => () => chat.stopTyping(), [chat]);

  const change = (value: string): void => {
    setText(value);
    if (value && !value.startsWith('/')) chat.typing(to ?? undefined);
    else chat.stopTyping();
  };
  const send = (): void => {
    if (!text.trim() || !(edits ? save(text) : say(text))) return;
    setText('');
    verbs.end();
  };
  const key = (e: React.KeyboardEvent): void => {
    if (e.key === 'Escape' && (replyTo || edits)) {
      e.stopPropagation();
      verbs.end();
    }
    if (e.key === 'ArrowUp' && text === '' && !edits && lastOwn) {
      e.preventDefault();
      verbs.edit(lastOwn);
    }
    if (e.key !== 'Enter' || e.shiftKey || e.nativeEvent.isComposing) return;
    e.preventDefault();
    send();
  };
  const paste = (e: React.ClipboardEvent): void => {
    const pasted = [...e.clipboardData.files];
    if (pasted.length === 0 || !mayFiles) return;
    e.preventDefault();
    files.share(pasted);
  };
  return (
    <div className={styles.composer}>
      <Answer answer={answer} onClose={clear} />
      <Uploads />
      {replyTo && <About id={replyTo} icon="reply" cancel={t('chat.cancelReply')} onCancel={verbs.end} />}
      {edits && <About id={edits} icon="edit" title={t('chat.editing')} cancel={t('chat.cancelEdit')} onCancel={verbs.end} />}
      {may ? (
        <>
          {!edits && <Addressee />}
          <div className={styles.write}>
            {mayFiles && !edits && <ShareFileButton />}
            <TextField aria-label={t('chat.message')} value={text} onChange={change} className={styles.field ?? ''}>
              <TextArea ref={input} rows={1} className={styles.input ?? ''} placeholder={t('chat.placeholder')} enterKeyHint="send" onKeyDown={key} onPaste={paste} data-private={to ? true : undefined} />
            </TextField>
            <Button variant="primary" icon={edits ? 'check' : 'send'} aria-label={t(edits ? 'chat.saveEdit' : 'chat.send')} isDisabled={!text.trim()} onPress={send} />
          </div>
        </>
      ) : <p className={styles.hint}>{t('chat.off')}</p>}
    </div>
  );
}

function Answer({ answer, onClose }: { answer: readonly string[]; onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <div role="status" className={answer.length > 0 ? styles.answer : 'visually-hidden'}>
      {answer.length > 0 && <><div>{answer.map((line) => <p key={line}><bdi>{line}</bdi></p>)}</div><Button size="s" variant="quiet" icon="close" aria-label={t('room.dismiss')} onPress={onClose} /></>}
    </div>
  );
}

interface AboutProps {
  id: string;
  icon: IconName;
  /** Instead of the sender's name. */
  title?: string;
  cancel: string;
  onCancel: () => void;
}

/** The message that is answered or changed. */
function About({ id, icon, title, cancel, onCancel }: AboutProps): React.JSX.Element | null {
  const line = useRoom((s) => s.chat.lines.find((l) => l.id === id));
  if (!line) return null;
  return (
    <div className={styles.replying}>
      <Icon name={icon} size={16} />
      <span><b><bdi>{title ?? line.from.displayName}</bdi></b> <bdi>{line.content}</bdi></span>
      <Button size="s" variant="quiet" icon="close" aria-label={cancel} onPress={onCancel} />
    </div>
  );
}

/** Whom the message is for: everyone, or one who can read it. */
function Addressee(): React.JSX.Element {
  const { t } = useTranslation();
  const { to, setTo } = usePanels();
  const room = useRoom((s) => s.room);
  const person = to ? room.participants[to] : undefined;
  // Who has left cannot be written to any more, and their words shall not go to everyone.
  const gone = to !== null && !person;
  const others = presentPeople(room).filter((p) => p.id !== room.selfId && readsChat(p));
  const label = t('chat.to', { name: gone ? t('chat.left') : (person?.displayName ?? t('chat.everyone')) });
  return (
    <Menu label={t('chat.toLabel')} groups={[
      { entries: [{ id: 'all', label: t('chat.everyone'), selected: to === null, onAction: () => setTo(null) }] },
      { entries: others.map((p) => ({ id: p.id, label: p.displayName, selected: to === p.id, onAction: () => setTo(p.id) })) },
    ]}>
      <Button size="s" variant="quiet" icon={to ? 'lock' : 'people'}><bdi className={styles.addressee}>{label}</bdi><Icon name="chevronDown" size={14} /></Button>
    </Menu>
  );
}
