/** One request of an upload. `body` null asks how much has arrived. */
export interface Piece {
  url: string;
  body: Blob | null;
  /** `Content-Range`; left out: the whole file in one piece. */
  range?: string;
  contentType: string;
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
}
export interface PieceReply {
  status: number;
  /** `Range: bytes=0-b` of a 308: what has arrived. */
  range: string | null;
  body: string;
}
export type PutPiece = (piece: Piece) => Promise<PieceReply>;

/** XMLHttpRequest, because `fetch` does not tell how much has been sent. Rejects when the connection broke or was cut on purpose. */
export const putPiece: PutPiece = ({ url, body, range, contentType, onProgress, signal }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    const done = (finish: () => void) => (): void => {
      signal.removeEventListener('abort', abort);
      finish();
    };
    request.open('PUT', url);
    request.setRequestHeader('Content-Type', contentType);
    if (range) request.setRequestHeader('Content-Range', range);
    request.upload.onprogress = (e): void => onProgress(e.loaded);
    request.onload = done(() => resolve({ status: request.status, range: request.getResponseHeader('Range'), body: request.responseText }));
    request.onerror = done(() => reject(new TypeError('The upload was cut')));
    request.onabort = done(() => reject(new DOMException('The upload was stopped', 'AbortError')));
    signal.addEventListener('abort', abort);
    request.send(body);
  });
