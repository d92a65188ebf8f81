import type { ChatLine, FileInfo, Participant } from '@sylk/client';

export type TimelineItem =
  | { kind: 'line'; key: string; line: ChatLine; /** Follows another of the same person closely. */ joined: boolean; firstUnread: boolean }
  | { kind: 'file'; key: string; file: FileInfo; firstUnread: false };

const TOGETHER_MS = 180_000;

/** Pure: messages in the room's order with the files between them, as they came. `readTo`: what had been read when the panel was opened. */
export function timeline(lines: readonly ChatLine[], files: readonly FileInfo[], readTo: number): TimelineItem[] {
  const items: TimelineItem[] = [];
  const waiting = [...files];
  let marked = false;
  for (const line of lines) {
    for (let file = waiting[0]; file && file.timestamp <= line.timestamp; file = waiting[0]) items.push(fileItem(waiting.shift() ?? file));
    const firstUnread: boolean = !marked && !line.mine && readTo > 0 && line.sequence > readTo;
    marked ||= firstUnread;
    items.push({ kind: 'line', key: line.clientId && line.mine ? line.clientId : line.id, line, joined: !firstUnread && follows(items.at(-1), line), firstUnread });
  }
  return [...items, ...waiting.map(fileItem)];
}

const fileItem = (file: FileInfo): TimelineItem => ({ kind: 'file', key: file.id, file, firstUnread: false });

function follows(before: TimelineItem | undefined, line: ChatLine): boolean {
  if (before?.kind !== 'line' || line.action || before.line.action || line.replyTo) return false;
  const { from, to, timestamp } = before.line;
  return from.participantId === line.from.participantId && to === line.to && Date.parse(line.timestamp) - Date.parse(timestamp) < TOGETHER_MS;
}

/** Pure: whom a text message can reach. Phones, recorders and machines read none. */
export const readsChat = (p: Pick<Participant, 'kind'>): boolean => p.kind === 'web' || p.kind === 'xmpp' || p.kind === 'msrp' || p.kind === 'sylkrtc';

/** Pure: “/me waves” is what somebody does, whoever took the words apart. */
export function actionText(line: Pick<ChatLine, 'action' | 'content'>): string | null {
  const typed = /^\/me\s+([\s\S]*)$/.exec(line.content);
  return typed ? (typed[1] ?? '') : line.action ? line.content : null;
}
