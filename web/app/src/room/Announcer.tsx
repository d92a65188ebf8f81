import type { RoomSnapshot } from '@sylk/client';
import type { TFunction } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoom, useSession } from './session';

const BATCH_MS = 1200;

/** Pure: what changed between two snapshots, in words, several joins as one sentence. */
export function announce(before: RoomSnapshot, after: RoomSnapshot, t: TFunction): string[] {
  const joined = Object.values(after.participants).filter((p) => !before.participants[p.id] && p.id !== after.selfId);
  const left = Object.values(before.participants).filter((p) => !after.participants[p.id]);
  const hands = Object.values(after.participants).filter((p) => p.handRaisedAt && !before.participants[p.id]?.handRaisedAt && p.id !== after.selfId);
  const screens = Object.values(after.tracks).filter((x) => x.source === 'screen' && !before.tracks[x.trackId] && x.participantId !== after.selfId);
  const names = (list: readonly { displayName: string }[]): string => list.map((p) => p.displayName).join(', ');
  return [
    ...(joined.length ? [t('live.joined', { count: joined.length, names: names(joined) })] : []),
    ...(left.length ? [t('live.left', { count: left.length, names: names(left) })] : []),
    ...hands.map((p) => t('live.hand', { name: p.displayName })),
    ...screens.map((x) => t('live.sharing', { name: after.participants[x.participantId]?.displayName ?? '' })),
  ];
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
    let known = store.snapshot.room;
    const timer = setInterval(() => {
      const now = store.snapshot.room;
      if (now.participants === known.participants && now.tracks === known.tracks) return;
      const news = announce(known, now, t);
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
