import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';
import { SylkError } from '../errors';
import type { Envelope, HubMethod, HubMethods } from './messages';

/** The four things the session needs from a hub; the demo and the tests put their own behind it. */
export interface HubPort {
  start(): Promise<void>;
  stop(): Promise<void>;
  invoke(method: string, request: unknown): Promise<unknown>;
  /** Fire and forget, for a page that is going away. */
  send(method: string, request: unknown): void;
  on(event: string, handler: (payload: Record<string, unknown>) => void): void;
  onClose(handler: () => void): void;
}
export type HubFactory = (url: string) => HubPort;

/** Unwraps the envelope every method answers with. @throws SylkError */
export async function call<M extends HubMethod>(hub: HubPort, method: M, request: HubMethods[M]['request']): Promise<HubMethods[M]['value']> {
  let reply: unknown;
  try {
    reply = await hub.invoke(method, request);
  } catch (reason) {
    throw SylkError.from(reason);
  }
  return unwrap<HubMethods[M]['value']>(reply);
}

/** The value in an envelope. @throws SylkError */
export function unwrap<T>(answer: unknown): T {
  const reply = answer as Envelope<T> | undefined;
  if (reply?.ok) return reply.value as T;
  const e = reply?.error;
  throw new SylkError(e?.code ?? 'internal', e?.title, e?.detail, e?.retryAfterMs, e?.traceId);
}

const KEEP_ALIVE_MS = 10_000;
const SERVER_TIMEOUT_MS = 25_000;
const STATEFUL_BUFFER_BYTES = 1 << 20;

/** SignalR with stateful reconnect (rung 1); new connections are the ladder's business, so no automatic reconnect. */
export const signalRHub: HubFactory = (url) => {
  const connection = new HubConnectionBuilder()
    .withUrl(url, { transport: HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling })
    .withStatefulReconnect({ bufferSize: STATEFUL_BUFFER_BYTES })
    .withKeepAliveInterval(KEEP_ALIVE_MS)
    .withServerTimeout(SERVER_TIMEOUT_MS)
    .configureLogging(LogLevel.None)
    .build();
  return {
    start: () => connection.start(),
    stop: () => connection.stop(),
    invoke: (method, request) => connection.invoke(method, request),
    send: (method, request) => {
      if (connection.state === HubConnectionState.Connected) connection.send(method, request).catch(() => undefined);
    },
    on: (event, handler) => connection.on(event, handler),
    onClose: (handler) => connection.onclose(handler),
  };
};
