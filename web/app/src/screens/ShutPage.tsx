import type { SylkError } from '@sylk/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '../room/duration';
import { useNow } from '../room/useNow';
import { ErrorPage } from './ErrorPage';
import styles from './Message.module.css';
import { isOver, readFacts, type LobbyFacts } from './useLobbyFacts';

const EVERY_MS = 5000;

/** A door that will open again: full, locked, or not open yet. It is looked at now and then, and said when one can come in. */
export function ShutPage({ room, error, onRetry }: { room: string; error: SylkError; onRetry: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const facts = useFactsNow(room);
  const now = useNow(1000);
  const over = isOver(error.code, facts);
  const opens = facts?.opensAt ? Date.parse(facts.opensAt) - now : 0;
  return (
    <ErrorPage code={error.code} traceId={error.traceId} onRetry={onRetry} retryWord={over ? t('error.comeIn') : undefined}>
      {error.code === 'room_not_open' && opens > 0 && <p className={styles.countdown} role="timer" aria-label={t('lobby.opensIn', { duration: clock(opens) })}>{clock(opens)}</p>}
      <p className={styles.text} role="status">{over ? t('error.open') : t('error.watching')}</p>
    </ErrorPage>
  );
}

function useFactsNow(room: string): LobbyFacts | null {
  const [facts, setFacts] = useState<LobbyFacts | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const look = async (): Promise<void> => {
      const found = await readFacts(room, stop.signal);
      if (found && !stop.signal.aborted) setFacts(found);
    };
    void look();
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [room]);
  return facts;
}
