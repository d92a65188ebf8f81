import { SylkError } from '../errors';
import { Upload } from '../files/Upload';
import { putPiece, type PutPiece } from '../files/putPiece';
import type { Store } from '../state/Store';
import type { HubMethod, HubMethods } from '../wire/messages';
import type { SessionState, UploadState } from './state';

export interface RoomFilesPorts {
  store: Store<SessionState>;
  invoke: <M extends HubMethod>(method: M, request: HubMethods[M]['request']) => Promise<HubMethods[M]['value']>;
  put?: PutPiece;
}
interface Running {
  file: File;
  upload: Upload | null;
  begun: Promise<Upload> | null;
  fileId: string | null;
}

/** Uploads that go on at the same time; further ones wait for their turn. */
const AT_ONCE = 2;

/** Sharing files: each upload is a line in the store's `uploads` until it is a file of the room or was taken back. */
export class RoomFiles {
  readonly #ports: RoomFilesPorts;
  readonly #running = new Map<number, Running>();
  #nextKey = 1;

  constructor(ports: RoomFilesPorts) {
    this.#ports = ports;
  }

  /** Starts them, in order. What becomes of each is in the store. */
  share(files: readonly File[]): void {
    const lines = files.map((file): UploadState => {
      const key = this.#nextKey++;
      this.#running.set(key, { file, upload: null, begun: null, fileId: null });
      return { key, name: file.name, size: file.size, sent: 0, status: 'waiting' };
    });
    this.#ports.store.update((s) => ({ ...s, uploads: [...s.uploads, ...lines] }));
    this.#startNext();
  }

  pause(key: number): void {
    this.#patch(key, { status: 'paused' });
    this.#running.get(key)?.upload?.stop();
  }

  /** Also tries again what failed; what has arrived is not sent twice. */
  resume(key: number): void {
    this.#patch(key, { status: 'waiting' });
    this.#startNext();
  }

  cancel(key: number): void {
    const running = this.#running.get(key);
    this.#running.delete(key);
    running?.upload?.stop();
    this.#ports.store.update((s) => ({ ...s, uploads: s.uploads.filter((u) => u.key !== key) }));
    if (running?.fileId) void this.#ports.invoke('RemoveFile', { fileId: running.fileId }).catch(() => undefined);
    this.#startNext();
  }

  /** Takes a shared file away from everyone. @throws SylkError `capability_missing` */
  remove(fileId: string): Promise<void> {
    return this.#ports.invoke('RemoveFile', { fileId });
  }

  close(): void {
    for (const { upload } of this.#running.values()) upload?.stop();
    this.#running.clear();
    this.#ports.store.update((s) => ({ ...s, uploads: [] }));
  }

  #startNext(): void {
    const { uploads } = this.#ports.store.snapshot;
    const free = AT_ONCE - uploads.filter((u) => u.status === 'sending').length;
    for (const { key } of uploads.filter((u) => u.status === 'waiting').slice(0, Math.max(0, free))) void this.#run(key);
  }

  async #run(key: number): Promise<void> {
    const running = this.#running.get(key);
    if (!running) return;
    this.#patch(key, { status: 'sending' });
    try {
      running.upload = await (running.begun ??= this.#begin(key, running));
      if (this.#statusOf(key) === 'sending' && (await running.upload.run())) this.#finished(key);
    } catch (reason) {
      if (!running.upload) running.begun = null;
      const { code, detail } = SylkError.from(reason);
      if (this.#running.has(key)) this.#patch(key, { status: 'failed', error: code, detail });
    }
    this.#startNext();
  }

  async #begin(key: number, running: Running): Promise<Upload> {
    const { file } = running;
    const { fileId, uploadUrl } = await this.#ports.invoke('BeginFile', {
      name: file.name, size: file.size, contentType: file.type || 'application/octet-stream',
    });
    running.fileId = fileId;
    return new Upload(file, uploadUrl, { put: this.#ports.put ?? putPiece, onProgress: (sent) => this.#patch(key, { sent }) });
  }

  #finished(key: number): void {
    this.#running.delete(key);
    this.#ports.store.update((s) => ({ ...s, uploads: s.uploads.filter((u) => u.key !== key) }));
  }

  #statusOf(key: number): UploadState['status'] | undefined {
    return this.#ports.store.snapshot.uploads.find((u) => u.key === key)?.status;
  }

  #patch(key: number, patch: Partial<UploadState>): void {
    this.#ports.store.update((s) => ({ ...s, uploads: s.uploads.map((u) => (u.key === key ? { ...u, ...patch } : u)) }));
  }
}
