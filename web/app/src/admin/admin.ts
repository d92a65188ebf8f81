import { SylkError } from '@sylk/client';
import { createContext, use, useCallback } from 'react';
import type { EventFeed } from './EventFeed';
import type { AdminHttp } from './http';
import type { AdminSession } from './model';

export interface Admin {
  http: AdminHttp;
  feed: EventFeed;
  session: AdminSession;
  /** A sentence at the edge of the page. */
  notify: (text: string) => void;
}
export const AdminContext = createContext<Admin | null>(null);

export function useAdmin(): Admin {
  const admin = use(AdminContext);
  if (!admin) throw new Error('useAdmin needs the admin page around it');
  return admin;
}

export const words = (reason: unknown): string => {
  const { title, detail } = SylkError.from(reason);
  return detail ? `${title}: ${detail}` : title;
};

/** Runs a verb; what was refused is said in the server's words. True when it was done. */
export function useAct(): (work: Promise<unknown>, done?: string) => Promise<boolean> {
  const { notify } = useAdmin();
  return useCallback(async (work, done) => {
    try {
      await work;
      if (done) notify(done);
      return true;
    } catch (reason) {
      notify(words(reason));
      return false;
    }
  }, [notify]);
}
