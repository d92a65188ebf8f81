/** A message of one application to others in the room. */
export interface DataMessage {
  topic: string;
  payload: Uint8Array;
  /** Id of the participant who sent it. */
  from: string;
}

const MAX_WAITING_BYTES = 256 * 1024;
const NEWLINE = 10;

/**
 * The data channels of one connection: `sylk` (negotiated, id 0), on which all messages of others arrive, and once
 * something lossy is sent a second one that gives up what is lost. Neither needs another offer.
 */
export class DataLink {
  readonly #pc: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  #lossy: RTCDataChannel | null = null;

  constructor(pc: RTCPeerConnection, onMessage: (message: DataMessage) => void) {
    this.#pc = pc;
    this.#channel = pc.createDataChannel('sylk', { negotiated: true, id: 0 });
    this.#channel.binaryType = 'arraybuffer';
    this.#channel.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>): void => {
      const message = unpack(typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data));
      if (message) onMessage(message);
    };
  }

  /** False when it has to go another way: no channel is open. What waits too long is dropped, as lossy messages are. */
  sendLossy(topic: string, payload: Uint8Array): boolean {
    if (this.#channel.readyState !== 'open') return false;
    this.#lossy ??= this.#pc.createDataChannel('sylk lossy', { ordered: false, maxRetransmits: 0 });
    if (this.#lossy.readyState !== 'open') return false;
    if (this.#lossy.bufferedAmount <= MAX_WAITING_BYTES) this.#lossy.send(pack(topic, payload));
    return true;
  }
}

/** A line of JSON with the topic, then the payload; the server puts a line with the sender before it. */
function pack(topic: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${JSON.stringify({ topic })}\n`);
  const message = new Uint8Array(head.length + payload.length);
  message.set(head);
  message.set(payload, head.length);
  return message;
}

/** Null when the sender's line is missing; without a topic's line the topic is empty and all of it is payload. */
function unpack(message: Uint8Array): DataMessage | null {
  const sender = line(message);
  const from = sender?.fields['from'];
  if (!sender || typeof from !== 'string') return null;
  const head = line(sender.rest);
  const topic = head?.fields['topic'];
  return head && typeof topic === 'string' ? { topic, payload: head.rest, from } : { topic: '', payload: sender.rest, from };
}

function line(bytes: Uint8Array): { fields: Record<string, unknown>; rest: Uint8Array } | null {
  const end = bytes.subarray(0, 1024).indexOf(NEWLINE);
  if (end < 0) return null;
  try {
    const fields: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    return typeof fields === 'object' && fields !== null ? { fields: fields as Record<string, unknown>, rest: bytes.subarray(end + 1) } : null;
  } catch {
    return null;
  }
}
