import { describe, expect, it, vi } from 'vitest';
import { SylkError } from '../../packages/client/src/errors';
import { AccountSession, type AccountOptions } from '../../packages/client/src/session/AccountSession';
import type { HubPort } from '../../packages/client/src/wire/HubPort';

type Body = Record<string, unknown>;

/** One connection, as the server plays it. */
class FakeHub implements HubPort {
  readonly asked: [string, Body][] = [];
  readonly #handlers = new Map<string, (payload: Body) => void>();
  #close: () => void = () => undefined;
  constructor(readonly answer: (method: string, request: Body) => unknown) {}
  start = async (): Promise<void> => undefined;
  stop = async (): Promise<void> => undefined;
  invoke = async (method: string, request: unknown): Promise<unknown> => {
    this.asked.push([method, request as Body]);
    return this.answer(method, request as Body);
  };
  send = (method: string, request: unknown): void => void this.asked.push([method, request as Body]);
  on = (event: string, handler: (payload: Body) => void): void => void this.#handlers.set(event, handler);
  onClose = (handler: () => void): void => void (this.#close = handler);
  say = (event: string, payload: Body): void => this.#handlers.get(event)?.(payload);
  break = (): void => this.#close();
}

const ok = (value?: unknown): unknown => ({ ok: true, value });
const no = (code: string): unknown => ({ ok: false, error: { code, title: code, detail: '' } });
const guest = { address: 'guest-1@guest.example', displayName: 'G', expiresAt: '2026-01-01T00:00:00.000Z', resumeKey: 'key-1' };
const line = (id: string, more: Body = {}): Body => ({
  id, from: 'bob@x.example', fromName: 'Bob', to: 'a@x.example', content: id, contentType: 'text/plain', timestamp: '', via: 'web', state: 'accepted', ...more,
});

function setup(answer: (method: string, request: Body) => unknown, more: Partial<AccountOptions> = {}): { session: AccountSession; hubs: FakeHub[] } {
  const hubs: FakeHub[] = [];
  const session = new AccountSession({
    url: '/hubs/account', newId: () => 'c1', retry: { online: () => true, random: () => 0 }, ...more,
    hub: () => {
      const hub = new FakeHub(answer);
      hubs.push(hub);
      return hub;
    },
  });
  return { session, hubs };
}

describe('an account session', () => {
  it('signs in with its token, sends, and unwraps what the server says', async () => {
    const { session, hubs } = setup((method) => method === 'SignIn' ? ok({ ...guest, address: 'a@x.example', resumeKey: null }) : method === 'SendMessage' ? ok({ id: 'msg_1' }) : no('rate_limited'), { token: () => 'jwt' });
    expect((await session.open()).address).toBe('a@x.example');
    expect(await session.send('bob@x.example', 'hello')).toEqual({ id: 'msg_1' });
    await expect(session.history({ with: 'bob@x.example' })).rejects.toMatchObject({ code: 'rate_limited' });
    expect(hubs[0]?.asked).toEqual([
      ['SignIn', { token: 'jwt', displayName: undefined, after: undefined }],
      ['SendMessage', { to: 'bob@x.example', content: 'hello', contentType: 'text/plain', clientId: 'c1' }],
      ['History', { limit: 50, with: 'bob@x.example' }],
    ]);
  });

  it('tells each message once and acknowledges what others wrote', async () => {
    const onMessage = vi.fn();
    const { session, hubs } = setup(() => ok(guest), { handlers: { onMessage } });
    await session.open();
    hubs[0]?.say('MessageReceived', line('m1'));
    hubs[0]?.say('MessageReceived', line('m1'));
    hubs[0]?.say('MessageReceived', line('m2', { clientId: 'other-device' }));
    expect(onMessage.mock.calls.map(([m]) => m.id)).toEqual(['m1', 'm2']);
    expect(hubs[0]?.asked.filter(([method]) => method === 'Acknowledge').map(([, body]) => body['id'])).toEqual(['m1', 'm1']);
  });

  it('comes back as the same guest after the last message it has, and as a new one when the old is gone', async () => {
    let gone = false;
    const { session, hubs } = setup((_, request) => request['resumeKey'] && gone ? no('token_invalid') : ok(guest));
    await session.open();
    hubs[0]?.say('MessageReceived', line('m1'));
    hubs[0]?.break();
    await vi.waitFor(() => expect(hubs[1]?.asked).toEqual([['SignIn', { guest: true, displayName: undefined, resumeKey: 'key-1', after: 'm1' }]]));
    await vi.waitFor(async () => expect(await session.send('x@y.example', 'a')).toBeDefined());
    gone = true;
    hubs[1]?.break();
    await vi.waitFor(() => expect(hubs[2]?.asked[1]).toEqual(['SignIn', { guest: true, displayName: undefined }]));
  });

  it('ends with the refusal when the server does not take it back, and quietly when it is closed', async () => {
    const onClosed = vi.fn();
    let refuse = false;
    const { session, hubs } = setup(() => refuse ? no('token_expired') : ok(guest), { token: () => 'jwt', handlers: { onClosed } });
    await session.open();
    refuse = true;
    hubs[0]?.break();
    await vi.waitFor(() => expect(onClosed).toHaveBeenCalledTimes(1));
    expect(onClosed.mock.calls[0]?.[0]).toBeInstanceOf(SylkError);
    await expect(session.send('x@y.example', 'a')).rejects.toMatchObject({ code: 'connection_failed' });

    const second = setup(() => ok(guest), { handlers: { onClosed } });
    await second.session.open();
    await second.session.close();
    expect(onClosed).toHaveBeenLastCalledWith();
  });
});
