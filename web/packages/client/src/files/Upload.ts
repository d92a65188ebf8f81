import { isRetryable, SylkError } from '../errors';
import { retry } from '../reconnect/Retry';
import type { PieceReply, PutPiece } from './putPiece';

export const PIECE_BYTES = 4 * 1024 * 1024;
const INCOMPLETE = 308;
const TRIES = 6;
/** Answers in a row after which no more had arrived than before. */
const MAX_IDLE = 3;

export interface UploadPorts {
  put: PutPiece;
  /** Bytes that have arrived or are on their way. */
  onProgress: (sent: number) => void;
  random?: () => number;
}

/** Brings one file to its address in pieces, and goes on where it stopped. */
export class Upload {
  readonly #file: Blob;
  readonly #url: string;
  readonly #ports: UploadPorts;
  #abort = new AbortController();
  #asked = false;

  constructor(file: Blob, url: string, ports: UploadPorts) {
    this.#file = file;
    this.#url = url;
    this.#ports = ports;
  }

  /**
   * Resolves with true when the file is there, with false when {@link stop} ended it; may be called again then.
   * @throws SylkError what the server refused it with, or `connection_failed` after some tries
   */
  async run(): Promise<boolean> {
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    let from = this.#asked ? await this.#arrived(signal) : 0;
    this.#asked = true;
    for (let idle = 0; from !== null && !signal.aborted; ) {
      const next: number | null = await this.#send(from, signal);
      idle = next !== null && next <= from ? idle + 1 : 0;
      if (idle > MAX_IDLE) throw new SylkError('upload_failed', 'Upload failed', 'It makes no progress.');
      from = next;
    }
    if (!signal.aborted) this.#ports.onProgress(this.#file.size);
    return !signal.aborted;
  }

  stop(): void {
    this.#abort.abort();
  }

  /** One piece; after a broken connection the server is asked what it has. Null: it has all. */
  #send(from: number, signal: AbortSignal): Promise<number | null> {
    const { size } = this.#file;
    const end = Math.min(from + PIECE_BYTES, size);
    const whole = from === 0 && end === size;
    return this.#trying(signal, from, async (again) => {
      if (again) return this.#ask(signal);
      return this.#read(await this.#ports.put({
        url: this.#url, body: this.#file.slice(from, end), contentType: this.#contentType, signal,
        ...(whole ? {} : { range: `bytes ${from}-${end - 1}/${size}` }),
        onProgress: (bytes) => this.#ports.onProgress(Math.min(from + bytes, end)),
      }));
    });
  }

  #arrived(signal: AbortSignal): Promise<number | null> {
    return this.#trying(signal, 0, () => this.#ask(signal));
  }

  async #ask(signal: AbortSignal): Promise<number | null> {
    return this.#read(await this.#ports.put({
      url: this.#url, body: null, contentType: this.#contentType, range: `bytes */${this.#file.size}`, onProgress: () => undefined, signal,
    }));
  }

  async #trying(signal: AbortSignal, from: number, attempt: (again: boolean) => Promise<number | null>): Promise<number | null> {
    const stopped = (): boolean => signal.aborted;
    try {
      return await retry(async (n) => {
        try {
          return await attempt(n > 0);
        } catch (reason) {
          const error = SylkError.from(reason);
          throw n + 1 >= TRIES && isRetryable(error.code) ? new SylkError('upload_failed', 'Upload failed', error.detail) : error;
        }
      }, { stopped, ...(this.#ports.random ? { random: this.#ports.random } : {}) });
    } catch (reason) {
      if (signal.aborted) return from;
      throw reason;
    }
  }

  #read({ status, range, body }: PieceReply): number | null {
    if (status === INCOMPLETE) return arrivedBytes(range);
    if (status >= 200 && status < 300) return null;
    throw problem(status, body);
  }

  get #contentType(): string {
    return this.#file.type || 'application/octet-stream';
  }
}

/** Pure: `bytes=0-b` as a number of bytes; without the header nothing has arrived. */
export function arrivedBytes(range: string | null): number {
  const [, last] = /^bytes=0-(\d{1,15})$/.exec(range ?? '') ?? [];
  return last === undefined ? 0 : Number(last) + 1;
}

function problem(status: number, body: string): SylkError {
  const { code, title, detail, retryAfterMs, traceId } = parse(body);
  // Who answers without words of its own (a proxy) may answer better next time.
  return new SylkError(code ?? (status >= 500 ? 'overloaded' : status === 413 ? 'file_too_large' : 'internal'), title, detail, retryAfterMs, traceId);
}

function parse(body: string): { code?: string; title?: string; detail?: string; retryAfterMs?: number; traceId?: string } {
  try {
    const found: unknown = JSON.parse(body);
    return found !== null && typeof found === 'object' ? found : {};
  } catch (reason) {
    if (reason instanceof SyntaxError) return {};
    throw reason;
  }
}
