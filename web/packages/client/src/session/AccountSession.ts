import { SylkError } from '../errors';
import { retry, type RetryOptions } from '../reconnect/Retry';
import { signalRHub, unwrap, type HubFactory, type HubPort } from '../wire/HubPort';
import type { AccountComposing, AccountMessage, AccountPage, AccountState, SignInResult } from '../wire/account';

export interface AccountSignIn {
  /** A join token for room `*` whose subject is an address of the server; absent: a guest. Asked for anew at every connection. */
  token?: () => string | Promise<string>;
  displayName?: string;
}

export interface AccountHandlers {
  /** Every message once, also those this account wrote on another device. */
  onMessage?: (message: AccountMessage) => void;
  onState?: (state: AccountState) => void;
  onComposing?: (composing: AccountComposing) => void;
  onSignedInElsewhere?: () => void;
  /** Signed in, also after a connection was lost and came back. */
  onSignedIn?: (result: SignInResult) => void;
  /** It is over; without an error when `close` was called. */
  onClosed?: (error?: SylkError) => void;
}

export interface AccountOptions extends AccountSignIn {
  /** Such as `https://meet.example.org/hubs/account`. */
  url: string;
  handlers?: AccountHandlers;
  hub?: HubFactory;
  retry?: RetryOptions;
  newId?: () => string;
}

const MOST_KNOWN = 1_000;

/** Somebody signed in at the account hub: messages to and from addresses, over lost connections. */
export class AccountSession {
  readonly #options: AccountOptions;
  readonly #handlers: AccountHandlers;
  readonly #known = new Set<string>();
  #hub: HubPort | null = null;
  #resumeKey: string | undefined;
  #after: string | undefined;
  #address = '';
  #closed = false;

  constructor(options: AccountOptions) {
    this.#options = options;
    this.#handlers = options.handlers ?? {};
  }

  /** Empty before the first sign-in. */
  get address(): string {
    return this.#address;
  }

  /** Connects and signs in, as often as it takes. @throws SylkError when the server says no. */
  async open(): Promise<SignInResult> {
    return retry(() => this.#connect(), { ...this.#options.retry, stopped: () => this.#closed });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const hub = this.#hub;
    this.#hub = null;
    await hub?.stop().catch(() => undefined);
    this.#handlers.onClosed?.();
  }

  /** Resolves when the message is on its way or kept. With the same `clientId` it is the same message. @throws SylkError */
  send(to: string, content: string, options: { contentType?: string; clientId?: string } = {}): Promise<{ id: string }> {
    const clientId = options.clientId ?? (this.#options.newId ?? ((): string => crypto.randomUUID()))();
    return this.#call('SendMessage', { to, content, contentType: options.contentType ?? 'text/plain', clientId });
  }

  /** Everything up to this message was shown. @throws SylkError */
  setRead(peer: string, upTo: string): Promise<void> {
    return this.#call('SetRead', { with: peer, upTo });
  }

  /** @throws SylkError */
  setComposing(to: string, active: boolean): Promise<void> {
    return this.#call('SetComposing', { to, active });
  }

  /** In their order, the newest page first. @throws SylkError */
  history(query: { with?: string; before?: string; limit?: number } = {}): Promise<AccountPage> {
    return this.#call('History', { limit: 50, ...query });
  }

  async #connect(): Promise<SignInResult> {
    const hub = (this.#options.hub ?? signalRHub)(this.#options.url);
    hub.on('MessageReceived', (payload) => this.#receive(hub, payload as unknown as AccountMessage));
    hub.on('MessageState', (payload) => this.#handlers.onState?.(payload as unknown as AccountState));
    hub.on('Composing', (payload) => this.#handlers.onComposing?.(payload as unknown as AccountComposing));
    hub.on('SignedInElsewhere', () => this.#handlers.onSignedInElsewhere?.());
    hub.onClose(() => this.#lost(hub));
    try {
      await hub.start();
      this.#hub = hub;
      const result = await this.#signIn(hub);
      if (this.#hub !== hub) throw new SylkError('connection_failed', 'Connection failed');
      this.#address = result.address;
      this.#resumeKey = result.resumeKey ?? undefined;
      this.#handlers.onSignedIn?.(result);
      return result;
    } catch (reason) {
      if (this.#hub === hub) this.#hub = null;
      await hub.stop().catch(() => undefined);
      throw SylkError.from(reason);
    }
  }

  async #signIn(hub: HubPort): Promise<SignInResult> {
    const { token, displayName } = this.#options;
    if (token) return unwrap(await hub.invoke('SignIn', { token: await token(), displayName, after: this.#after }));
    const guest = { guest: true, displayName };
    if (!this.#resumeKey) return unwrap(await hub.invoke('SignIn', guest));
    try {
      return unwrap(await hub.invoke('SignIn', { ...guest, resumeKey: this.#resumeKey, after: this.#after }));
    } catch (reason) {
      if (SylkError.from(reason).code !== 'token_invalid') throw reason;
      // Away too long: the address is gone, and so is what was written to it.
      this.#resumeKey = this.#after = undefined;
      return unwrap(await hub.invoke('SignIn', guest));
    }
  }

  #receive(hub: HubPort, message: AccountMessage): void {
    if (hub !== this.#hub) return;
    this.#after = message.id;
    if (!this.#known.has(message.id)) {
      this.#known.add(message.id);
      if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.values().next().value as string);
      this.#handlers.onMessage?.(message);
    }
    // After the handler: a page that fails in it is told the message again.
    if (message.clientId === undefined) hub.send('Acknowledge', { id: message.id });
  }

  #lost(hub: HubPort): void {
    if (hub !== this.#hub) return;
    this.#hub = null;
    if (this.#closed || !this.#address) return;
    this.open().catch((reason: unknown) => {
      if (this.#closed) return;
      this.#closed = true;
      this.#handlers.onClosed?.(SylkError.from(reason));
    });
  }

  async #call<T>(method: string, request: unknown): Promise<T> {
    const hub = this.#hub;
    if (!hub) throw new SylkError('connection_failed', 'Not connected');
    let reply: unknown;
    try {
      reply = await hub.invoke(method, request);
    } catch (reason) {
      throw SylkError.from(reason);
    }
    return unwrap<T>(reply);
  }
}
