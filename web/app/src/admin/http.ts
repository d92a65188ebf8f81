import { SylkError } from '@sylk/client';

const BASE = '/api/v1';

export interface Page<T> {
  items: T[];
  next: string | null;
}
export interface Answer<T> {
  body: T;
  /** With its quotes; null when the reply had none. */
  tag: string | null;
}
interface Problem {
  code?: string;
  title?: string;
  detail?: string;
  retryAfterMs?: number;
  traceId?: string;
}
export interface Sending {
  body?: unknown;
  /** Sent as If-Match: refused with `etag_mismatch` when somebody else was faster. */
  tag?: string | null;
  /** An API key, before there is a session. */
  key?: string;
  signal?: AbortSignal;
}

/** The REST API as this page uses it: the cookie says who asks, the header that our own page asks. */
export class AdminHttp {
  csrf: string | null = null;
  /** The session is over: signed out elsewhere, or its key was revoked. */
  onSignedOut: () => void = () => undefined;

  async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return (await this.send<T>('GET', path, signal ? { signal } : {})).body;
  }

  /** @throws SylkError what the server refused it with, or `connection_failed` */
  async send<T>(method: string, path: string, { body, tag, key, signal }: Sending = {}): Promise<Answer<T>> {
    const headers: Record<string, string> = this.headers();
    if (key) headers['Authorization'] = `Bearer ${key}`;
    if (tag) headers['If-Match'] = tag;
    if (body !== undefined) headers['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const reply = await fetch(BASE + path, { method, headers, ...(signal ? { signal } : {}), ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
      .catch((reason: unknown) => { throw SylkError.from(reason); });
    if (!reply.ok) throw await this.#refusal(reply, !!key);
    const text = await reply.text();
    return { body: (text ? JSON.parse(text) : null) as T, tag: reply.headers.get('ETag') };
  }

  /** Something that is no JSON. @throws SylkError */
  async file(path: string): Promise<Blob> {
    const reply = await fetch(BASE + path, { headers: this.headers() }).catch((reason: unknown) => { throw SylkError.from(reason); });
    if (!reply.ok) throw await this.#refusal(reply, false);
    return reply.blob();
  }

  /** The event stream, open until it is aborted or the connection ends. */
  stream(lastId: string | null, signal: AbortSignal): Promise<Response> {
    return fetch(`${BASE}/events?types=room.*,participant.*,track.*,call.*,node.*`, { headers: { ...this.headers(), ...(lastId ? { 'Last-Event-ID': lastId } : {}) }, signal });
  }

  private headers(): Record<string, string> {
    return this.csrf ? { 'X-CSRF-Token': this.csrf } : {};
  }

  async #refusal(reply: Response, signingIn: boolean): Promise<SylkError> {
    const problem = (await reply.json().catch(() => ({}))) as Problem;
    if (reply.status === 401 && !signingIn) this.onSignedOut();
    return new SylkError(problem.code ?? 'internal', problem.title ?? `HTTP ${reply.status}`, problem.detail ?? '', problem.retryAfterMs, problem.traceId);
  }
}
