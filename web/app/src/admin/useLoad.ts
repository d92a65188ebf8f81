import { SylkError } from '@sylk/client';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useAdmin } from './admin';
import type { FeedEvent, FeedState } from './EventFeed';
import type { Page } from './http';
import { Readings } from './Readings';

export interface Loaded<T> {
  value: T | null;
  error: SylkError | null;
  reload: () => void;
}
/** Reads an address of the API, and again whenever an event of interest comes. */
export function useLoad<T>(path: string | null, wants: (event: FeedEvent) => boolean = never): Loaded<T> {
  const { http, feed } = useAdmin();
  const [state, setState] = useState<{ path: string | null; value: T | null; error: SylkError | null }>({ path, value: null, error: null });
  const readings = useRef<Readings | null>(null);
  const reload = useCallback(() => readings.current?.now(), []);
  const wanted = useRef(wants);
  wanted.current = wants;
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    const mine = new Readings(() => http.get<T>(path, abort.signal).then(
      (value) => { if (!abort.signal.aborted) setState({ path, value, error: null }); },
      (reason: unknown) => { if (!abort.signal.aborted) setState((old) => ({ path, value: old.path === path ? old.value : null, error: SylkError.from(reason) })); },
    ));
    readings.current = mine;
    mine.now();
    const deaf = feed.listen((event) => { if (!event || wanted.current(event)) mine.soon(); });
    return () => {
      deaf();
      mine.stop();
      abort.abort();
    };
  }, [http, feed, path]);
  const here = state.path === path;
  return { value: here ? state.value : null, error: here ? state.error : null, reload };
}

export interface Pages<T> extends Loaded<Page<T>> {
  /** Null on the first page, and on the last. */
  back: (() => void) | null;
  forth: (() => void) | null;
}

/** A list page by page. `query` without the question mark. */
export function usePages<T>(path: string, query = '', wants?: (event: FeedEvent) => boolean): Pages<T> {
  const [at, setAt] = useState<{ of: string; cursors: string[] }>({ of: query, cursors: [] });
  const cursors = at.of === query ? at.cursors : [];
  const cursor = cursors.at(-1);
  const loaded = useLoad<Page<T>>(`${path}?limit=20${query && `&${query}`}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, wants);
  const next = loaded.value?.next;
  return {
    ...loaded,
    back: cursors.length > 0 ? () => setAt({ of: query, cursors: cursors.slice(0, -1) }) : null,
    forth: next ? () => setAt({ of: query, cursors: [...cursors, next] }) : null,
  };
}

/** Reads again every so often, as long as there is something whose end is no event. */
export function useWatch(active: boolean, reload: () => void, everyMs: number): void {
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(reload, everyMs);
    return () => clearInterval(timer);
  }, [active, reload, everyMs]);
}

export function useFeedState(): FeedState {
  const { feed } = useAdmin();
  return useSyncExternalStore(feed.watch, () => feed.state);
}

function never(): boolean {
  return false;
}
