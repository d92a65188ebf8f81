import { UNPLACED, type ChatLine } from '@sylk/client';
import { useEffect, useRef } from 'react';
import { useRoom, useSession } from '../session';
import { useTell } from '../useTell';
import type { Draft, DraftVerbs } from './draft';

interface Editing {
  /** Id of the newest message one could change; null when there is none. */
  lastOwn: string | null;
  save: (text: string) => boolean;
}

/** Puts the words that are to be changed into the line below, and away again. */
export function useEdit({ edits }: Draft, verbs: DraftVerbs, setText: (text: string) => void): Editing {
  const { chat, store } = useSession();
  const tell = useTell();
  const before = useRef<string | null>(null);
  const lastOwn = useRoom((s) => lastEditable(s.chat.lines));
  const gone = useRoom((s) => edits !== null && !s.chat.lines.some((line) => line.id === edits && !line.deleted));
  useEffect(() => {
    if (edits === before.current) return;
    const line = store.snapshot.chat.lines.find((l) => l.id === edits);
    if (line) setText(wordsOf(line));
    else if (before.current) setText('');
    before.current = edits;
  }, [edits, setText, store]);
  useEffect(() => {
    if (gone) verbs.end();
  }, [gone, verbs]);
  const save = (text: string): boolean => {
    if (edits) tell(chat.edit(edits, text));
    return edits !== null;
  };
  return { lastOwn, save };
}

/** Pure: as it was typed. */
export const wordsOf = (line: Pick<ChatLine, 'action' | 'content'>): string => (line.action ? `/me ${line.content}` : line.content);

/** Pure: the newest message of one's own that the server has. */
export const lastEditable = (lines: readonly ChatLine[]): string | null =>
  lines.findLast((line) => line.mine && line.status === 'sent' && line.sequence !== UNPLACED && !line.deleted)?.id ?? null;
