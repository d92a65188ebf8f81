import type { ChatMessage, ReceiptState } from '../wire/model';

/** A message as this client has it. Without a `sequence` from the server it stands after all that have one. */
export interface ChatLine extends ChatMessage {
  mine: boolean;
  status: 'sent' | 'pending' | 'failed';
  /** The registry's code of the refusal, when it failed. */
  error?: string;
  /** Of one's own private message, as far as its reader's client says. */
  receipt?: ReceiptState;
}
export interface ChatTyping {
  participantId: string;
  to?: string;
}
export interface ChatState {
  /** Ordered by `sequence`; what the server has not confirmed yet comes last, in the order it was typed. */
  readonly lines: readonly ChatLine[];
  /** The server has older ones. */
  readonly more: boolean;
  readonly loading: boolean;
  readonly typing: readonly ChatTyping[];
  /** The highest sequence that has been looked at. */
  readonly readTo: number;
}

export const EMPTY_CHAT: ChatState = { lines: [], more: false, loading: false, typing: [], readTo: 0 };
/** Of a message whose place only the server knows. */
export const UNPLACED = Number.MAX_SAFE_INTEGER;

/** Every participant this client has been: the id changes when it comes in anew. */
export type OwnIds = ReadonlySet<string>;

/** Pure: takes messages in, whatever their order and however often they come. */
export function mergeMessages(lines: readonly ChatLine[], messages: readonly ChatMessage[], own: OwnIds): readonly ChatLine[] {
  if (messages.length === 0) return lines;
  const next = [...lines];
  for (const message of messages) {
    const at = next.findIndex((line) => isSame(line, message, own));
    const known = next[at];
    const mine = known?.mine ?? own.has(message.from.participantId);
    const line: ChatLine = { ...message, mine, status: 'sent', ...(known?.receipt ? { receipt: known.receipt } : {}) };
    if (at < 0) next.push(line);
    else next[at] = line;
  }
  return next.sort(byPlace);
}

/** A sender is believed about a `clientId` only when it is ourselves. */
const isSame = (line: ChatLine, message: ChatMessage, own: OwnIds): boolean =>
  line.id === message.id
  || (line.sequence === UNPLACED && line.mine && !!message.clientId && line.clientId === message.clientId && own.has(message.from.participantId));

function byPlace(a: ChatLine, b: ChatLine): number {
  return a.sequence - b.sequence;
}

/** Pure: an answer about one's own message; its place comes with the room's event. */
export const patchOwn = (lines: readonly ChatLine[], clientId: string, patch: Partial<ChatLine>): readonly ChatLine[] =>
  lines.map((line) => (line.clientId === clientId && line.mine && line.sequence === UNPLACED ? { ...line, ...patch } : line));

/** Pure: the server has one's own message. Its event may have been quicker, and stands there already then. */
export function confirmOwn(lines: readonly ChatLine[], clientId: string, { id, timestamp }: { id: string; timestamp: string }): readonly ChatLine[] {
  const placed = lines.some((line) => line.id === id && line.sequence !== UNPLACED);
  if (placed) return lines.filter((line) => line.clientId !== clientId || line.sequence !== UNPLACED).map((line) => (line.id === id ? { ...line, mine: true } : line));
  return patchOwn(lines, clientId, { id, timestamp, status: 'sent' });
}

const STEPS: readonly (ReceiptState | undefined)[] = [undefined, 'failed', 'delivered', 'displayed'];

/** Pure: of several receipts the one that says most is shown, whatever their order. */
export const noteReceipt = (lines: readonly ChatLine[], id: string, receipt: ReceiptState): readonly ChatLine[] =>
  lines.map((line) => (line.id === id && line.mine && STEPS.indexOf(receipt) > STEPS.indexOf(line.receipt) ? { ...line, receipt } : line));

/** Pure: private messages to oneself that nobody has looked at. */
export const unreadPrivate = ({ lines, readTo }: ChatState): readonly ChatLine[] =>
  lines.filter((line) => !!line.to && !line.mine && !line.deleted && line.sequence > readTo && line.sequence !== UNPLACED);

/** Pure: how many of others' have come since somebody looked. */
export const unreadCount = ({ lines, readTo }: ChatState): number =>
  lines.filter((line) => !line.mine && !line.deleted && line.sequence > readTo && line.sequence !== UNPLACED).length;

export const newestSequence = (lines: readonly ChatLine[]): number =>
  lines.reduce((newest, line) => (line.sequence !== UNPLACED && line.sequence > newest ? line.sequence : newest), 0);

/** Pure: the oldest line the server has placed, where a further page begins. */
export const oldestPlaced = (lines: readonly ChatLine[]): ChatLine | undefined => lines.find((line) => line.sequence !== UNPLACED);
