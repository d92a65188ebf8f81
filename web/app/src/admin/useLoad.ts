import { SylkError } from '@sylk/client';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useAdmin } from './admin';
import type { FeedEvent, FeedState } from './EventFeed';
import type { Page } from './http';

export interface Loaded<T> {
  value: T | null;
  error: SylkError | null;
  reload: () => void;
}
/** Several things at once make many events: they are answered with one reading. */
const SETTLE_MS = 150;

/** Reads an address of the API, and again whenever an event of interest comes. */
export function useLoad<T>(path: string | null, wants: (event: FeedEvent) => boolean = never): Loaded<T> {
  const { http, feed } = useAdmin();
  const [state, setState] = useState<{ path: string | null; value: T | null; error: SylkError | null }>({ path, value: null, error: null });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const wanted = useRef(wants);
  wanted.current = wants;
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    http.get<T>(path, abort.signal).then(
      (value) => !abort.signal.aborted && setState({ path, value, error: null }),
      (reason: unknown) => !abort.signal.aborted && setState((old) => ({ path, value: old.path === path ? old.value : null, error: SylkError.from(reason) })),
    );
    return () => abort.abort();
  }, [http, path, turn]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = feed.listen((event) => {
      if (event && !wanted.current(event)) return;
      clearTimeout(timer);
      timer = setTimeout(reload, SETTLE_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [feed, reload]);
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
