import type { ChatLine, Waiting } from '@sylk/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadPrefs } from '../prefs';
import { actionText } from './chat/timeline';
import { usePanels } from './panels';
import { useRoom, useSession } from './session';
import { play, QUIET_ABOVE } from './sounds';
import { canModerate } from './tiles';
import { Toast } from './Toast';
import { useTell } from './useTell';

const PREVIEW_MS = 6000;
/** A knock stays until somebody has answered it. */
const STAYS_MS = 2 ** 30;

/** Pure: what others said that was not known yet, and came after the newest that was. */
export function freshLines(before: readonly ChatLine[], after: readonly ChatLine[]): ChatLine[] {
  const newest = Math.max(0, ...before.filter((l) => l.status === 'sent').map((l) => l.sequence));
  return after.filter((l) => !l.mine && !l.deleted && l.sequence > newest && !before.some((b) => b.id === l.id));
}

/** A message while its panel is closed: a sound, and its first words with a way to the rest. */
export function MessageNews(): React.JSX.Element | null {
  const { t } = useTranslation();
  const { store } = useSession();
  const { panel, open } = usePanels();
  const [shown, setShown] = useState<ChatLine | null>(null);
  const panelNow = useRef(panel);
  panelNow.current = panel;
  useEffect(() => store.subscribe((s) => s.chat.lines, (after, before) => {
    const fresh = freshLines(before, after).at(-1);
    if (!fresh || (panelNow.current === 'chat' && !document.hidden)) return;
    const prefs = loadPrefs();
    const many = Object.keys(store.snapshot.room.participants).length > QUIET_ABOVE;
    if (prefs.messageSound && !many) play('message');
    if (prefs.messagePreview) setShown(fresh);
  }), [store]);
  if (!shown || panel === 'chat') return null;
  const text = actionText(shown) ?? shown.content;
  return (
    <Toast key={shown.id} icon={shown.to ? 'lock' : 'chat'} text={t('chat.preview', { name: shown.from.displayName, text: text.length > 90 ? `${text.slice(0, 89)}…` : text })} forMs={PREVIEW_MS}
      action={{ label: t('chat.open'), onPress: () => open('chat') }} onClose={() => setShown(null)} />
  );
}

/** Somebody waits: moderators see it, hear it, and can answer where they are. */
export function Knock(): React.JSX.Element | null {
  const { t } = useTranslation();
  const session = useSession();
  const tell = useTell();
  const { panel, open } = usePanels();
  const moderator = useRoom((s) => canModerate(s.room.participants[s.room.selfId]));
  const waiting = useRoom((s) => s.room.waiting);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const heard = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const fresh = waiting.some((w) => !heard.current.has(w.id));
    heard.current = new Set(waiting.map((w) => w.id));
    if (fresh && moderator && loadPrefs().knockSound) play('knock');
  }, [waiting, moderator]);
  const asking = waiting.filter((w) => !dismissed.has(w.id));
  if (!moderator || asking.length === 0 || panel === 'people') return null;
  const one: Waiting | undefined = asking.length === 1 ? asking[0] : undefined;
  return (
    <Toast key={asking.map((w) => w.id).join()} icon="door" text={one ? t('people.knock', { name: one.displayName }) : t('people.knocks', { count: asking.length })} forMs={STAYS_MS}
      action={one ? { label: t('people.admit'), onPress: () => tell(session.moderation.admit(one.id)) } : { label: t('people.show'), onPress: () => open('people') }}
      onClose={() => setDismissed(new Set(waiting.map((w) => w.id)))} />
  );
}
