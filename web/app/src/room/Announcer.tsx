import type { RoomSnapshot, SessionState } from '@sylk/client';
import type { TFunction } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadPrefs } from '../prefs';
import { actionText } from './chat/timeline';
import { freshLines } from './RoomNews';
import { useRoom, useSession } from './session';
import { canModerate } from './tiles';

const BATCH_MS = 1200;

/** Pure: what changed between two snapshots, in words, several joins as one sentence. */
export function announce(before: RoomSnapshot, after: RoomSnapshot, t: TFunction): string[] {
  const joined = Object.values(after.participants).filter((p) => !before.participants[p.id] && p.id !== after.selfId);
  const left = Object.values(before.participants).filter((p) => !after.participants[p.id]);
  const hands = Object.values(after.participants).filter((p) => p.handRaisedAt && !before.participants[p.id]?.handRaisedAt && p.id !== after.selfId);
  const screens = Object.values(after.tracks).filter((x) => x.source === 'screen' && !before.tracks[x.trackId] && x.participantId !== after.selfId);
  const knocks = canModerate(after.participants[after.selfId]) ? after.waiting.filter((w) => !before.waiting.some((b) => b.id === w.id)) : [];
  const files = after.files.filter((f) => f.from.participantId !== after.selfId && !before.files.some((b) => b.id === f.id));
  const names = (list: readonly { displayName: string }[]): string => list.map((p) => p.displayName).join(', ');
  return [
    ...(joined.length ? [t('live.joined', { count: joined.length, names: names(joined) })] : []),
    ...(left.length ? [t('live.left', { count: left.length, names: names(left) })] : []),
    ...knocks.map((w) => t('people.knock', { name: w.displayName })),
    ...files.map((f) => t('live.file', { name: f.from.displayName, file: f.name })),
    ...hands.map((p) => t('live.hand', { name: p.displayName })),
    ...(after.spotlight.length > 0 && after.spotlight.join() !== before.spotlight.join() ? [t('live.spotlight', { names: names(Object.values(after.participants).filter((p) => after.spotlight.some((x) => after.tracks[x]?.participantId === p.id))) })] : []),
    ...screens.map((x) => t('live.sharing', { name: after.participants[x.participantId]?.displayName ?? '' })),
  ];
}

const MAX_SPOKEN = 3;

/** Pure: what others said, when the person wants to hear it; many at once are only counted. */
export function announceMessages(before: SessionState, after: SessionState, t: TFunction, wanted: boolean = loadPrefs().speakMessages): string[] {
  if (!wanted || before.chat.lines === after.chat.lines) return [];
  const fresh = freshLines(before.chat.lines, after.chat.lines);
  if (fresh.length > MAX_SPOKEN) return [t('chat.unread', { count: fresh.length })];
  return fresh.map((line) => t(line.to ? 'live.privateMessage' : 'live.message', { name: line.from.displayName, text: actionText(line) ?? line.content }));
}

/** Two live regions: polite for the room's news, in batches; assertive for what needs an answer now. */
export function Announcer({ said }: { said: string }): React.JSX.Element {
  const { t } = useTranslation();
  const { store } = useSession();
  const trouble = useRoom((s) => s.trouble !== null);
  const [polite, setPolite] = useState('');
  const [urgent, setUrgent] = useState('');
  const wasTrouble = useRef(false);
  useEffect(() => {
    let known = store.snapshot;
    const timer = setInterval(() => {
      const now = store.snapshot;
      if (now.room === known.room && now.chat.lines === known.chat.lines) return;
      const news = [...announce(known.room, now.room, t), ...announceMessages(known, now, t)];
      known = now;
      if (news.length) setPolite(news.join('. '));
    }, BATCH_MS);
    return () => clearInterval(timer);
  }, [store, t]);
  useEffect(() => {
    if (trouble) setUrgent(t('live.lost'));
    else if (wasTrouble.current) setUrgent(t('live.restored'));
    wasTrouble.current = trouble;
  }, [trouble, t]);
  useEffect(() => setUrgent(said), [said]);
  return (
    <>
      <div className="visually-hidden" role="status" aria-live="polite">{polite}</div>
      <div className="visually-hidden" role="alert" aria-live="assertive">{urgent}</div>
    </>
  );
}
