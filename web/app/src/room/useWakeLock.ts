import { useEffect } from 'react';

/** Keeps the screen awake while the page is in view; the browser drops the lock whenever the page is hidden. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const take = async (): Promise<void> => {
      if (document.hidden || over || (lock && !lock.released)) return;
      // Refused on a low battery or by the frame around us: a call goes on without it.
      lock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
      if (over) void lock?.release();
    };
    const look = (): void => void take();
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', look);
      void lock?.release();
    };
  }, []);
}
