import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { useRoom, useSession } from '../session';
import styles from './Chat.module.css';
import type { DraftVerbs } from './draft';
import { FileCard } from './FileCard';
import { Message } from './Message';
import { timeline } from './timeline';
import { TypingLine } from './TypingLine';

const NEAR_PX = 80;

/** The room's talk, oldest first. It stays at its end while one reads there, and where one reads otherwise. */
export function MessageList({ draft }: { draft: DraftVerbs }): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const lines = useRoom((s) => s.chat.lines);
  const more = useRoom((s) => s.chat.more);
  const loading = useRoom((s) => s.chat.loading);
  const files = useRoom((s) => s.room.files);
  const [readTo] = useState(() => session.store.snapshot.chat.readTo);
  const items = useMemo(() => timeline(lines, files, readTo), [lines, files, readTo]);
  const { ref, atEnd, toEnd, onScroll } = useScroll(items.length, items[0]?.key ?? '', !!lines.at(-1)?.mine, () => void session.chat.loadOlder());
  useRead(lines.length, atEnd);
  const showLine = (id: string): void => document.getElementById(`line-${id}`)?.scrollIntoView({ block: 'center' });
  return (
    <div className={styles.listFrame}>
      <div ref={ref} className={styles.list} role="log" aria-live="off" aria-label={t('chat.log')} tabIndex={0} onScroll={onScroll}>
        {more && <Button size="s" variant="quiet" isDisabled={loading} onPress={() => void session.chat.loadOlder()}>{t(loading ? 'chat.loading' : 'chat.older')}</Button>}
        {items.length === 0 && <p className={styles.empty}>{t('chat.empty')}</p>}
        {items.map((item) => (item.kind === 'file'
          ? <FileCard key={item.key} file={item.file} />
          : <Message key={item.key} line={item.line} joined={item.joined} firstUnread={item.firstUnread} draft={draft} onShow={showLine} />))}
      </div>
      <TypingLine />
      {!atEnd && items.length > 0 && <div className={styles.toEnd}><Button size="s" icon="chevronDown" onPress={toEnd}>{t('chat.newest')}</Button></div>}
    </div>
  );
}

/** What stands at the end of an open chat in a page one looks at has been read. */
function useRead(count: number, atEnd: boolean): void {
  const { chat } = useSession();
  useEffect(() => {
    const read = (): void => {
      if (!document.hidden && atEnd) chat.markRead();
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [chat, count, atEnd]);
}

interface Scroll {
  ref: React.RefObject<HTMLDivElement | null>;
  atEnd: boolean;
  toEnd: () => void;
  onScroll: () => void;
}
function useScroll(count: number, firstKey: string, lastIsMine: boolean, onTop: () => void): Scroll {
  const ref = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const sticks = useRef(true);
  sticks.current = atEnd;
  const before = useRef({ count: 0, firstKey: '', height: 0 });
  const toEnd = (): void => {
    if (ref.current) ref.current.scrollTop = ref.current.scrollHeight;
    setAtEnd(true);
  };
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const was = before.current;
    const grewAbove = was.firstKey !== '' && firstKey !== was.firstKey && count > was.count;
    if (grewAbove) box.scrollTop += box.scrollHeight - was.height;
    else if (atEnd || (lastIsMine && count > was.count)) toEnd();
    before.current = { count, firstKey, height: box.scrollHeight };
  });
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    // The line below grows while one writes; what stood at the end shall not slip behind it.
    const observer = new ResizeObserver(() => {
      if (sticks.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const onScroll = (): void => {
    const box = ref.current;
    if (!box) return;
    setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX);
    if (box.scrollTop < NEAR_PX && box.scrollHeight > box.clientHeight) onTop();
  };
  return { ref, atEnd, toEnd, onScroll };
}
