import type { RoomSession, SessionState } from '@sylk/client';
import { createContext, use, useCallback, useSyncExternalStore } from 'react';

export const SessionContext = createContext<RoomSession | null>(null);

export function useSession(): RoomSession {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession needs a SessionContext');
  return session;
}

/** The selector must return something that stays the same object while nothing changed. */
export function useRoom<T>(selector: (state: SessionState) => T): T {
  const { store } = useSession();
  const subscribe = useCallback((fn: () => void) => store.subscribe((s) => s, fn), [store]);
  return useSyncExternalStore(subscribe, () => selector(store.snapshot));
}
