import { RoomSession, SylkError } from '@sylk/client';
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { hubFactory, HUB_URL } from '../hub';
import { rememberRoom } from '../prefs';
import { SessionContext } from '../room/session';
import { readSignIn } from '../signIn';
import { ErrorPage } from './ErrorPage';
import { ShutPage } from './ShutPage';
import { mayEnd } from './useLobbyFacts';
import { LeavePage } from './LeavePage';
import { Lobby, type Entry } from './Lobby';
import { WaitingPage } from './WaitingPage';

const loadRoom = (): Promise<{ default: React.ComponentType }> => import('../room/Room').then((m) => ({ default: m.Room }));
const Room = lazy(loadRoom);

/** Codes the lobby answers itself; every other refusal gets its own page. */
const IN_LOBBY = new Set(['passcode_required', 'passcode_invalid', 'validation_failed', 'connection_failed', 'rate_limited', 'overloaded', 'node_draining']);
const PHONE_PX = 640;

/** `#t=` token and `#i=` invite: in the fragment, so that they reach neither logs nor referrers. */
export function credentials(): { token?: string; invite?: string } {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('t');
  const invite = fragment.get('i');
  return { ...(token ? { token } : {}), ...(invite ? { invite } : {}) };
}

function expose(session: RoomSession): void {
  if (new URLSearchParams(location.search).get('debug') !== '1') return;
  const hook = {
    session,
    get room() { return session.store.snapshot.room; },
    get state() { return session.store.snapshot; },
    get pc() { return session.link?.pc ?? null; },
    get counters() { return session.link?.counters ?? null; },
  };
  (window as unknown as { __sylk: typeof hook }).__sylk = hook;
}

export function RoomVisit({ room }: { room: string }): React.JSX.Element {
  const [session, setSession] = useState<RoomSession | null>(null);
  const [error, setError] = useState<SylkError | null>(null);
  const [joinedAt, setJoinedAt] = useState(0);
  const [failures, setFailures] = useState(0);
  const [passcode, setPasscode] = useState('');
  const phase = usePhase(session);

  useEffect(() => void loadRoom(), []);
  useEffect(() => {
    const bye = (): void => session?.leaveNow();
    addEventListener('pagehide', bye);
    return () => {
      removeEventListener('pagehide', bye);
      if (session && session.store.snapshot.phase !== 'ended') void session.leave();
    };
  }, [session]);

  const join = async (entry: Entry): Promise<void> => {
    setError(null);
    const next = new RoomSession(room, { url: HUB_URL, ...(await hubFactory()) });
    expose(next);
    setSession(next);
    try {
      const { passcode, ...rest } = entry;
      setPasscode(passcode);
      const { person } = await readSignIn();
      await next.join({ ...rest, ...credentials(), ...(person ? { session: person.csrf } : {}), ...(passcode ? { passcode } : {}), videoSlots: innerWidth < PHONE_PX ? 4 : 9 });
      rememberRoom(room);
      setJoinedAt(Date.now());
    } catch (reason) {
      next.media.stop();
      setSession(null);
      setError(SylkError.from(reason));
      setFailures((n) => n + 1);
    }
  };
  const again = (): void => {
    setSession(null);
    setError(null);
  };

  if (error && mayEnd(error.code)) return <ShutPage room={room} error={error} onRetry={again} />;
  if (error && !IN_LOBBY.has(error.code)) return <ErrorPage code={error.code} detail={undefined} traceId={error.traceId} onRetry={again} />;
  if (!session || phase === 'idle' || phase === 'joining') return <Lobby key={failures} room={room} passcode={error?.code === 'passcode_invalid' ? '' : passcode} credentials={credentials()} busy={session !== null} error={error} onJoin={(entry) => void join(entry)} />;
  return (
    <SessionContext value={session}>
      {phase === 'ended' ? <LeavePage joinedAt={joinedAt} onRejoin={again} /> : phase === 'waiting' ? <WaitingPage /> : (
        <Suspense fallback={null}><Room /></Suspense>
      )}
    </SessionContext>
  );
}

function usePhase(session: RoomSession | null): string {
  return useSyncExternalStore(
    (fn) => session?.store.subscribe((s) => s.phase, fn) ?? ((): void => undefined),
    () => session?.store.snapshot.phase ?? 'idle',
  );
}
