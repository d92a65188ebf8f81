/** What a refused hub method, a failed device or a lost connection becomes. `code` is stable, the words are not. */
export class SylkError extends Error {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Milliseconds to wait before trying again, when the server said so. */
  readonly retryAfterMs: number | undefined;
  readonly traceId: string | undefined;

  constructor(code: string, title = code, detail = '', retryAfterMs?: number, traceId?: string) {
    super(detail ? `${title}: ${detail}` : title);
    this.name = 'SylkError';
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
    this.traceId = traceId;
  }

  static from(reason: unknown): SylkError {
    if (reason instanceof SylkError) return reason;
    const detail = reason instanceof Error ? reason.message : String(reason);
    return new SylkError('connection_failed', 'Connection failed', detail);
  }
}

/** Codes after which trying the same thing again can succeed without a human. */
export const isRetryable = (code: string): boolean =>
  code === 'node_draining' || code === 'overloaded' || code === 'rate_limited' || code === 'connection_failed';
