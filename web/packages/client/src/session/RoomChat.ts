import { SylkError } from '../errors';
import { confirmOwn, mergeMessages, newestSequence, noteReceipt, oldestPlaced, patchOwn, UNPLACED, unreadCount, unreadPrivate, type ChatLine, type ChatState } from '../state/chatState';
import type { Store } from '../state/Store';
import type { HubEvent } from '../wire/events';
import type { HubMethod, HubMethods, SendChatRequest } from '../wire/messages';
import type { ChatMessage, Participant } from '../wire/model';
import type { SessionState } from './state';
import { OwnTyping, OthersTyping } from './Typing';

export interface RoomChatPorts {
  store: Store<SessionState>;
  invoke: <M extends HubMethod>(method: M, request: HubMethods[M]['request']) => Promise<HubMethods[M]['value']>;
  newId?: () => string;
  now?: () => string;
}
export interface ChatSendOptions {
  /** Id of a participant; left out: everyone. */
  to?: string;
  replyTo?: string;
}

const PAGE = 30;
/** A gap larger than this many pages is left to be scrolled into. */
const CATCH_UP_PAGES = 10;

/** The room's messages: ordered, none twice, none lost; one's own stand there before the server has answered. */
export class RoomChat {
  readonly #ports: RoomChatPorts;
  readonly #requests = new Map<string, SendChatRequest>();
  readonly #ids = new Set<string>();
  readonly #own: OwnTyping;
  readonly #others: OthersTyping;
  /** Private messages whose senders know that they are here. */
  readonly #delivered = new Set<string>();
  #joinedBefore = false;

  constructor(ports: RoomChatPorts) {
    this.#ports = ports;
    this.#own = new OwnTyping((request) => void ports.invoke('SetTyping', request).catch(() => undefined));
    this.#others = new OthersTyping((typing) => this.#set({ typing }));
  }

  get unread(): number {
    return unreadCount(this.#state);
  }

  /** Shows the message at once. Resolves when the server has it or has refused it: see the line's `status`. */
  send(content: string, options: ChatSendOptions = {}): Promise<void> {
    const clientId = this.#ports.newId?.() ?? crypto.randomUUID();
    const request: SendChatRequest = { clientId, content, contentType: 'text/plain', ...options };
    this.#requests.set(clientId, request);
    this.#own.stop(false);
    const line: ChatLine = {
      ...options, id: clientId, clientId, content, contentType: 'text/plain', sequence: UNPLACED, mine: true, status: 'pending',
      from: this.#self(), timestamp: this.#ports.now?.() ?? new Date().toISOString(), via: 'web',
    };
    this.#set({ lines: [...this.#state.lines, line] });
    return this.#deliver(request);
  }

  /** Sends again what was refused. */
  retry(clientId: string): Promise<void> {
    const request = this.#requests.get(clientId);
    if (!request) return Promise.resolve();
    this.#set({ lines: patchOwn(this.#state.lines, clientId, { status: 'pending' }) });
    return this.#deliver(request);
  }

  /** Takes back what never got to the server. */
  discard(clientId: string): void {
    this.#requests.delete(clientId);
    this.#set({ lines: this.#state.lines.filter((line) => line.clientId !== clientId || line.status !== 'failed') });
  }

  /** Other words for one's own message; everybody sees that it was changed. @throws SylkError */
  edit(messageId: string, content: string): Promise<void> {
    this.#own.stop(false);
    return this.#ports.invoke('EditChat', { messageId, content });
  }

  /** @throws SylkError `capability_missing` */
  delete(messageId: string): Promise<void> {
    return this.#ports.invoke('DeleteChat', { messageId });
  }

  /** For every key that changes the text. */
  typing(to?: string): void {
    this.#own.active(to);
  }

  /** For a text that was emptied or left. */
  stopTyping(): void {
    this.#own.stop(true);
  }

  markRead(): void {
    const newest = newestSequence(this.#state.lines);
    if (newest <= this.#state.readTo) return;
    for (const { id } of unreadPrivate(this.#state)) this.#acknowledge(id, 'displayed');
    this.#set({ readTo: newest });
  }

  /** The page before what is known. False when there is none. */
  async loadOlder(): Promise<boolean> {
    const before = oldestPlaced(this.#state.lines)?.id;
    if (this.#state.loading || !this.#state.more) return false;
    this.#set({ loading: true });
    try {
      const page = await this.#ports.invoke('LoadChat', { limit: PAGE, ...(before ? { before } : {}) });
      this.#merge(page.messages);
      this.#set({ more: page.more });
      return page.messages.length > 0;
    } catch (reason) {
      if (!(reason instanceof SylkError)) throw reason;
      return false;
    } finally {
      this.#set({ loading: false });
    }
  }

  /** What `Join` brought: the first time all of it counts as read, later what lies between is fetched. */
  async joined(last: readonly ChatMessage[], unreadFrom?: string | null): Promise<void> {
    const first = !this.#joinedBefore;
    this.#joinedBefore = true;
    const overlaps = first || this.#knows(last) || last.length === 0;
    this.#merge(last);
    if (first) {
      const unread = last.find((message) => message.id === unreadFrom);
      this.#set({ more: last.length > 0, readTo: unread ? unread.sequence - 1 : newestSequence(this.#state.lines) });
    } else if (!overlaps) await this.#fillBefore(last[0]?.id);
    this.#confirmDelivery();
    this.#resend();
  }

  /** After the room's revision had a hole: what was said meanwhile is asked for. */
  async catchUp(): Promise<void> {
    await this.#fillBefore(undefined);
    this.#confirmDelivery();
  }

  receive(event: HubEvent): void {
    switch (event.type) {
      case 'ChatMessage':
        this.#others.stopped(event.data.message.from.participantId);
        this.#merge([event.data.message]);
        return this.#confirmDelivery();
      case 'ChatReceipt':
        return this.#set({ lines: noteReceipt(this.#state.lines, event.data.messageId, event.data.state) });
      case 'ChatUpdated':
        // Of a message that is not loaded there is nothing to change.
        if (this.#knows([event.data.message])) this.#merge([event.data.message]);
        return;
      case 'Typing':
        if (event.data.participantId === this.#selfId) return;
        return event.data.state === 'active' ? this.#others.typing(event.data) : this.#others.stopped(event.data.participantId);
      case 'ParticipantLeft':
        return this.#others.stopped(event.data.id);
      default:
    }
  }

  close(): void {
    this.#own.stop(false);
    this.#others.clear();
  }

  async #deliver(request: SendChatRequest): Promise<void> {
    const { clientId } = request;
    try {
      const { messageId, timestamp } = await this.#ports.invoke('SendChat', request);
      this.#requests.delete(clientId);
      this.#set({ lines: confirmOwn(this.#state.lines, clientId, { id: messageId, timestamp }) });
    } catch (reason) {
      const { code } = SylkError.from(reason);
      // Without a connection it waits for the next one: the same clientId makes a second attempt harmless.
      if (code !== 'connection_failed') this.#set({ lines: patchOwn(this.#state.lines, clientId, { status: 'failed', error: code }) });
    }
  }

  #confirmDelivery(): void {
    for (const { id } of unreadPrivate(this.#state)) {
      if (this.#delivered.has(id)) continue;
      this.#delivered.add(id);
      this.#acknowledge(id, 'delivered');
    }
  }

  /** A receipt that gets lost is no harm worth a second attempt. */
  #acknowledge(messageId: string, state: 'delivered' | 'displayed'): void {
    void this.#ports.invoke('AcknowledgeChat', { messageId, state }).catch(() => undefined);
  }

  #resend(): void {
    const waiting = this.#state.lines.filter((line) => line.status === 'pending' && line.sequence === UNPLACED);
    for (const line of waiting) {
      const request = this.#requests.get(line.clientId ?? '');
      if (request) void this.#deliver(request);
    }
  }

  /** Pages backwards until one reaches what was known before. */
  async #fillBefore(from: string | undefined): Promise<void> {
    let before = from;
    for (let page = 0; page < CATCH_UP_PAGES; page++) {
      const known = new Set(this.#state.lines.map((line) => line.id));
      const { messages, more } = await this.#ports.invoke('LoadChat', { limit: PAGE, ...(before ? { before } : {}) });
      this.#merge(messages);
      if (!more || messages.length === 0 || messages.some((message) => known.has(message.id))) return;
      before = messages[0]?.id;
    }
    this.#set({ more: true });
  }

  #knows(messages: readonly ChatMessage[]): boolean {
    const ids = new Set(this.#state.lines.map((line) => line.id));
    return messages.some((message) => ids.has(message.id));
  }

  #merge(messages: readonly ChatMessage[]): void {
    this.#ids.add(this.#selfId);
    this.#set({ lines: mergeMessages(this.#state.lines, messages, this.#ids) });
  }

  #self(): ChatMessage['from'] {
    const me: Participant | undefined = this.#ports.store.snapshot.room.participants[this.#selfId];
    return { participantId: this.#selfId, displayName: me?.displayName ?? '', kind: me?.kind ?? 'web' };
  }

  get #selfId(): string {
    return this.#ports.store.snapshot.room.selfId;
  }

  get #state(): ChatState {
    return this.#ports.store.snapshot.chat;
  }

  #set(patch: Partial<ChatState>): void {
    this.#ports.store.update((s) => ({ ...s, chat: { ...s.chat, ...patch } }));
  }
}
