import type { DataMessage } from '../media/DataLink';
import { SylkError } from '../errors';
import type { HubMethods } from '../wire/messages';

export interface RoomDataPorts {
  /** False when the connection has no channel for it now. */
  sendLossy: (topic: string, payload: Uint8Array) => boolean;
  sendData: (request: HubMethods['SendData']['request']) => Promise<void>;
}
export interface SendDataOptions {
  /** Ids of participants; left out: everybody else. */
  to?: readonly string[];
  /** Delivered to everybody who is connected, in order. Default: may be lost, and does not wait for what was. */
  reliable?: boolean;
}

export const MAX_DATA_BYTES = 15 * 1024;

/** Messages of applications: lossy ones for all go over the connection that carries the media, others through the hub. */
export class RoomData {
  readonly #ports: RoomDataPorts;
  readonly #listeners = new Set<(message: DataMessage) => void>();

  constructor(ports: RoomDataPorts) {
    this.#ports = ports;
  }

  /** @throws SylkError `validation_failed` beyond 15 KiB, `capability_missing`, `rate_limited`, `connection_failed` */
  async send(topic: string, payload: Uint8Array | string, options: SendDataOptions = {}): Promise<void> {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    if (bytes.length > MAX_DATA_BYTES) throw new SylkError('validation_failed', 'payload: at most 15 KiB');
    if (!options.reliable && !options.to && this.#ports.sendLossy(topic, bytes)) return;
    await this.#ports.sendData({
      topic, payload: toBase64(bytes), reliable: options.reliable ?? false, ...(options.to ? { to: [...options.to] } : {}),
    });
  }

  /** Returns the way to stop. */
  subscribe(listener: (message: DataMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  deliver(message: DataMessage): void {
    for (const listener of [...this.#listeners]) listener(message);
  }

  /** As the hub writes it. */
  deliverEncoded({ topic, payload, from }: { topic: string; payload: string; from: string }): void {
    this.deliver({ topic, payload: Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0)), from });
  }
}

const toBase64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
