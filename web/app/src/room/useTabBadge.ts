import { unreadCount, type RoomSnapshot } from '@sylk/client';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoom, useSession } from './session';
import { canModerate } from './tiles';

/** Pure: who asks for something and has not been seen. Hands that were up when the page was last in view count as seen. */
export function unseen(room: RoomSnapshot, seenHands: ReadonlySet<string>): number {
  const hands = Object.values(room.participants).filter((p) => p.handRaisedAt && p.id !== room.selfId && !seenHands.has(p.id)).length;
  return hands + (canModerate(room.participants[room.selfId]) ? room.waiting.length : 0);
}

/** Pure: the tab in one line; being muted while talking is the most urgent news of all. */
export function tabTitle(page: string, count: number, muted: string | null): string {
  return muted ? `${muted} · ${page}` : count > 0 ? `(${count}) ${page}` : page;
}

const raised = (room: RoomSnapshot): ReadonlySet<string> =>
  new Set(Object.values(room.participants).flatMap((p) => (p.handRaisedAt ? [p.id] : [])));

/** Puts raised hands, waiting people, unread messages and "you are muted" into the tab's title and icon. */
export function useTabBadge(mutedHint: boolean): void {
  const { t } = useTranslation();
  const { store } = useSession();
  const name = useRoom((s) => s.room.room.title || s.room.room.name);
  useEffect(() => {
    const page = t('app.title', { page: name });
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    let seen = raised(store.snapshot.room);
    const show = (): void => {
      const { room, chat } = store.snapshot;
      if (!document.hidden) seen = raised(room);
      const count = unseen(room, seen) + unreadCount(chat);
      document.title = tabTitle(page, count, mutedHint ? t('app.mutedTitle') : null);
      icon?.setAttribute('href', count > 0 || mutedHint ? '/favicon-badge.svg' : '/favicon.svg');
    };
    show();
    const stops = [store.subscribe((s) => s.room, show), store.subscribe((s) => s.chat, show)];
    document.addEventListener('visibilitychange', show);
    return () => {
      for (const stop of stops) stop();
      document.removeEventListener('visibilitychange', show);
      document.title = page;
      icon?.setAttribute('href', '/favicon.svg');
    };
  }, [store, t, name, mutedHint]);
}
