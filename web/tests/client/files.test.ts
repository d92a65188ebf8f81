import { describe, expect, it } from 'vitest';
import { SylkError } from '../../packages/client/src/errors';
import { arrivedBytes, PIECE_BYTES, Upload } from '../../packages/client/src/files/Upload';
import type { Piece, PutPiece } from '../../packages/client/src/files/putPiece';
import { RoomFiles } from '../../packages/client/src/session/RoomFiles';
import { INITIAL_STATE, type SessionState } from '../../packages/client/src/session/state';
import { Store } from '../../packages/client/src/state/Store';

Object.defineProperty(globalThis, 'navigator', { value: { onLine: true }, configurable: true });

/** A server that keeps what arrives; `fault` may break a request before or after it has taken the bytes. */
function shelf(size: number, fault: (n: number) => 'before' | 'after' | null = () => null): { put: PutPiece; ranges: (string | undefined)[]; have: () => number } {
  const ranges: (string | undefined)[] = [];
  let have = 0;
  const put: PutPiece = async ({ body, range, signal }: Piece) => {
    const n = ranges.push(range);
    const broken = fault(n);
    if (broken === 'before') throw new TypeError('cut');
    const at = range && !range.includes('*') ? Number(/bytes (\d+)-/.exec(range)?.[1]) : 0;
    if (body && at === have) have += body.size;
    if (broken === 'after') throw new TypeError('cut');
    if (signal.aborted) throw new DOMException('stopped', 'AbortError');
    return have >= size ? { status: 201, range: null, body: '' } : { status: 308, range: have ? `bytes=0-${have - 1}` : null, body: '' };
  };
  return { put, ranges, have: () => have };
}
const upload = (size: number, server: { put: PutPiece }, sent: number[] = []): Upload =>
  new Upload(new Blob([new Uint8Array(size)]), '/files/1', { put: server.put, onProgress: (n) => sent.push(n), random: () => 0.5 });

describe('B6 an upload', () => {
  it('goes in one piece when it is small, in pieces of 4 MiB otherwise', async () => {
    const small = shelf(10);
    expect([await upload(10, small).run(), small.ranges]).toEqual([true, [undefined]]);
    const size = PIECE_BYTES * 2 + 5;
    const large = shelf(size);
    expect(await upload(size, large).run()).toBe(true);
    expect(large.ranges).toEqual([`bytes 0-${PIECE_BYTES - 1}/${size}`, `bytes ${PIECE_BYTES}-${2 * PIECE_BYTES - 1}/${size}`, `bytes ${2 * PIECE_BYTES}-${size - 1}/${size}`]);
  });
  it('of nothing is one request', async () => {
    const server = shelf(0);
    expect([await upload(0, server).run(), server.ranges]).toEqual([true, [undefined]]);
  });
  it.each(['before', 'after'] as const)('asks what has arrived when the connection broke %s the server had a piece, and sends no byte twice', async (when) => {
    const size = PIECE_BYTES * 3;
    const server = shelf(size, (n) => (n === 2 ? when : null));
    expect([await upload(size, server).run(), server.have()]).toEqual([true, size]);
    expect(server.ranges[2]).toBe(`bytes */${size}`);
  });
  it('ends with the server’s refusal, and does not try that again', async () => {
    let tries = 0;
    const put: PutPiece = async () => ({ status: ++tries && 413, range: null, body: '{"code":"file_too_large","detail":"At most 100 MB."}' });
    await expect(upload(10, { put }).run()).rejects.toMatchObject({ code: 'file_too_large', detail: 'At most 100 MB.' });
    expect(tries).toBe(1);
  });
  it('stops, and goes on from where it was', async () => {
    const size = PIECE_BYTES * 3;
    const server = shelf(size);
    const running = upload(size, { put: async (piece) => { const reply = await server.put(piece); if (server.ranges.length === 1) running.stop(); return reply; } });
    expect([await running.run(), server.have()]).toEqual([false, PIECE_BYTES]);
    expect([await running.run(), server.have(), server.ranges[1]]).toEqual([true, size, `bytes */${size}`]);
  });
  it.each([['bytes=0-99', 100], ['bytes=0-0', 1], [null, 0], ['bytes=5-9', 0], ['junk', 0]] as const)('reads %s as %i bytes', (header, bytes) => expect(arrivedBytes(header)).toBe(bytes));
});

describe('sharing files', () => {
  function sharing(put: PutPiece): { files: RoomFiles; store: Store<SessionState>; asked: string[] } {
    const store = new Store<SessionState>(INITIAL_STATE);
    const asked: string[] = [];
    const files = new RoomFiles({
      store, put,
      invoke: async (method, request) => {
        asked.push(method);
        if (method === 'BeginFile' && (request as { name: string }).name.endsWith('.exe')) throw new SylkError('file_type_refused');
        return { fileId: 'fl_1', uploadUrl: '/up/1' } as never;
      },
    });
    return { files, store, asked };
  }
  const file = (name: string): File => new File(['hello'], name);
  const settle = async (): Promise<void> => { for (let i = 0; i < 20; i++) await Promise.resolve(); };

  it('has two on their way at a time, and none left when all have arrived', async () => {
    const answers: (() => void)[] = [];
    const { files, store } = sharing(() => new Promise((done) => answers.push(() => done({ status: 201, range: null, body: '' }))));
    files.share(['a', 'b', 'c'].map(file));
    await new Promise((r) => setTimeout(r, 5));
    expect(store.snapshot.uploads.map((u) => u.status)).toEqual(['sending', 'sending', 'waiting']);
    answers[0]?.();
    await new Promise((r) => setTimeout(r, 5));
    expect(store.snapshot.uploads.map((u) => [u.name, u.status])).toEqual([['b', 'sending'], ['c', 'sending']]);
    answers.slice(1).forEach((answer) => answer());
    await new Promise((r) => setTimeout(r, 5));
    expect(store.snapshot.uploads).toEqual([]);
  });
  it('tells why one was refused and goes on with the next', async () => {
    const { files, store } = sharing(async () => ({ status: 201, range: null, body: '' }));
    files.share([file('virus.exe'), file('b')]);
    await new Promise((r) => setTimeout(r, 5));
    expect(store.snapshot.uploads.map((u) => [u.name, u.status, u.error])).toEqual([['virus.exe', 'failed', 'file_type_refused']]);
  });
  it('takes one back, at the server too', async () => {
    const { files, store, asked } = sharing(() => new Promise(() => undefined));
    files.share([file('a')]);
    await new Promise((r) => setTimeout(r, 5));
    files.cancel(1);
    await settle();
    expect([store.snapshot.uploads, asked]).toEqual([[], ['BeginFile', 'RemoveFile']]);
  });
});
