import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SylkError } from '../../packages/client/src/errors';
import { RoomChat } from '../../packages/client/src/session/RoomChat';
import { INITIAL_STATE, type SessionState } from '../../packages/client/src/session/state';
import { Store } from '../../packages/client/src/state/Store';
import { unreadCount } from '../../packages/client/src/state/chatState';
import type { HubEvent } from '../../packages/client/src/wire/events';
import type { ChatMessage } from '../../packages/client/src/wire/model';

const message = (sequence: number, more: Partial<ChatMessage> = {}): ChatMessage => ({
  id: `msg_${String(sequence).padStart(3, '0')}`, sequence, from: { participantId: 'bob', displayName: 'Bob', kind: 'web' }, content: `line ${sequence}`,
  contentType: 'text/plain', timestamp: `2026-01-01T10:00:${String(sequence % 60).padStart(2, '0')}.000Z`, via: 'web', ...more,
});
const said = (m: ChatMessage): HubEvent => ({ type: 'ChatMessage', rev: m.sequence, data: { message: m } });
const range = (from: number, to: number): ChatMessage[] => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));

interface Setup { chat: RoomChat; store: Store<SessionState>; asked: [string, Record<string, unknown>][]; reply: (method: string, with_: (request: never) => unknown) => void; shown: () => string[] }
function setup(): Setup {
  const store = new Store<SessionState>({ ...INITIAL_STATE, room: { ...INITIAL_STATE.room, selfId: 'me' } });
  const asked: [string, Record<string, unknown>][] = [];
  const replies = new Map<string, (request: never) => unknown>();
  let id = 0;
  const chat = new RoomChat({
    store, newId: () => `c${++id}`, now: () => '2026-01-01T10:00:00.000Z',
    invoke: async (method, request) => {
      asked.push([method, request as Record<string, unknown>]);
      return (await replies.get(method)?.(request as never)) as never;
    },
  });
  return { chat, store, asked, reply: (method, with_) => void replies.set(method, with_), shown: () => store.snapshot.chat.lines.map((l) => `${l.content}${l.status === 'sent' ? '' : ` (${l.status})`}`) };
}
/** A server with all of `known`: pages backwards. */
const pages = (known: ChatMessage[]) => (request: { before?: string; limit: number }) => {
  const end = request.before ? known.findIndex((m) => m.id === request.before) : known.length;
  const start = Math.max(0, end - request.limit);
  return { messages: known.slice(start, end), more: start > 0 };
};

describe('B6 the messages of a room', () => {
  it('stand in the room’s order and once, however they come', () => {
    const { chat, shown } = setup();
    for (const m of [message(3), message(1), message(2), message(3)]) chat.receive(said(m));
    expect(shown()).toEqual(['line 1', 'line 2', 'line 3']);
  });
  it('stand there before the server has answered, after all that it has placed', async () => {
    const { chat, reply, shown, store } = setup();
    let answer = (_: unknown): void => undefined;
    reply('SendChat', () => new Promise((done) => (answer = done)));
    chat.receive(said(message(1)));
    const sent = chat.send('hello');
    chat.receive(said(message(2)));
    expect(shown()).toEqual(['line 1', 'line 2', 'hello (pending)']);
    answer({ messageId: 'msg_003', timestamp: '2026-01-01T10:00:03.000Z' });
    await sent;
    expect([shown()[2], store.snapshot.chat.lines[2]?.id]).toEqual(['hello', 'msg_003']);
    chat.receive(said(message(3, { content: 'hello', clientId: 'c1', from: { participantId: 'me', displayName: 'Me', kind: 'web' } })));
    chat.receive(said(message(4)));
    expect([shown(), store.snapshot.chat.lines[2]?.mine]).toEqual([['line 1', 'line 2', 'hello', 'line 4'], true]);
  });
  it.each([['with', { clientId: 'c1' }], ['without', {}]])('are not doubled when the event is quicker than the answer, %s the client’s own id', async (_, ids) => {
    const { chat, reply, shown, store } = setup();
    reply('SendChat', () => {
      chat.receive(said(message(1, { content: 'hello', ...ids, from: { participantId: 'me', displayName: 'Me', kind: 'web' } })));
      return { messageId: 'msg_001', timestamp: 'x' };
    });
    await chat.send('hello');
    expect([shown(), store.snapshot.chat.lines[0]?.mine]).toEqual([['hello'], true]);
  });
  it('are nobody else’s because they carry an id of ours', async () => {
    const { chat, reply, shown } = setup();
    reply('SendChat', () => new Promise(() => undefined));
    void chat.send('mine');
    chat.receive(said(message(1, { content: 'theirs', clientId: 'c1' })));
    expect(shown()).toEqual(['theirs', 'mine (pending)']);
  });
  it('say that they were refused, and go again with the same id', async () => {
    const { chat, reply, asked, store } = setup();
    reply('SendChat', () => { throw new SylkError('rate_limited'); });
    await chat.send('hello');
    expect([store.snapshot.chat.lines[0]?.status, store.snapshot.chat.lines[0]?.error]).toEqual(['failed', 'rate_limited']);
    reply('SendChat', () => ({ messageId: 'msg_001', timestamp: 'x' }));
    await chat.retry('c1');
    expect([store.snapshot.chat.lines.map((l) => l.status), asked.map(([, r]) => r['clientId'])]).toEqual([['sent'], ['c1', 'c1']]);
  });
  it('can be taken back when they were refused', async () => {
    const { chat, reply, shown } = setup();
    reply('SendChat', () => { throw new SylkError('capability_missing'); });
    await chat.send('hello');
    chat.discard('c1');
    expect(shown()).toEqual([]);
  });
  it('change into a tombstone where they stand', () => {
    const { chat, store } = setup();
    for (const m of range(1, 3)) chat.receive(said(m));
    chat.receive({ type: 'ChatUpdated', rev: 4, data: { message: message(2, { content: '', deleted: true }) } });
    chat.receive({ type: 'ChatUpdated', rev: 5, data: { message: message(9, { content: '', deleted: true }) } });
    expect(store.snapshot.chat.lines.map((l) => !!l.deleted)).toEqual([false, true, false]);
  });
});

describe('B6.1 after a break', () => {
  it('what was said meanwhile is fetched until it meets what was known', async () => {
    const { chat, reply, asked, shown } = setup();
    reply('LoadChat', pages(range(1, 100)) as never);
    await chat.joined(range(1, 5));
    await chat.joined(range(81, 100));
    expect(shown()).toEqual(range(1, 100).map((m) => m.content));
    expect(asked.filter(([m]) => m === 'LoadChat').map(([, r]) => r['before'])).toEqual(['msg_081', 'msg_051', 'msg_021']);
  });
  it('nothing is fetched when the newest meet what was known', async () => {
    const { chat, asked } = setup();
    await chat.joined(range(1, 10));
    await chat.joined(range(8, 20));
    expect(asked).toEqual([]);
  });
  it('what had no answer is sent again, unless the room has it', async () => {
    const { chat, reply, asked, shown } = setup();
    await chat.joined([]);
    reply('SendChat', () => { throw new SylkError('connection_failed'); });
    await chat.send('arrived');
    await chat.send('lost');
    expect(shown()).toEqual(['arrived (pending)', 'lost (pending)']);
    asked.length = 0;
    reply('SendChat', () => ({ messageId: 'msg_002', timestamp: 'x' }));
    reply('LoadChat', () => ({ messages: [], more: false }));
    await chat.joined([message(1, { content: 'arrived', clientId: 'c1', from: { participantId: 'me', displayName: 'Me', kind: 'web' } })]);
    await Promise.resolve();
    expect(asked.filter(([m]) => m === 'SendChat').map(([, r]) => r['clientId'])).toEqual(['c2']);
  });
  it('a hole in the room’s revisions is filled', async () => {
    const { chat, reply, shown } = setup();
    reply('LoadChat', pages(range(1, 6)) as never);
    await chat.joined(range(1, 2));
    chat.receive(said(message(6)));
    await chat.catchUp();
    expect(shown()).toEqual(range(1, 6).map((m) => m.content));
  });
});

describe('reading', () => {
  it('counts what others said since one looked; what was there before counts as read', async () => {
    const { chat, store } = setup();
    await chat.joined(range(1, 3));
    expect(chat.unread).toBe(0);
    chat.receive(said(message(4)));
    chat.receive(said(message(5, { from: { participantId: 'me', displayName: 'Me', kind: 'web' } })));
    expect(unreadCount(store.snapshot.chat)).toBe(1);
    chat.markRead();
    expect(chat.unread).toBe(0);
  });
  it('begins where the server says', async () => {
    const { chat } = setup();
    await chat.joined(range(1, 5), 'msg_004');
    expect(chat.unread).toBe(2);
  });
  it('goes back page by page, and knows when there is no more', async () => {
    const { chat, reply, store } = setup();
    reply('LoadChat', pages(range(1, 50)) as never);
    await chat.joined(range(31, 50));
    expect([await chat.loadOlder(), store.snapshot.chat.lines.length, store.snapshot.chat.more]).toEqual([true, 50, false]);
    expect(await chat.loadOlder()).toBe(false);
  });
});

describe('B6.2 typing', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const typing = (participantId: string, state: 'active' | 'idle' = 'active'): HubEvent => ({ type: 'Typing', data: { participantId, state } });
  const who = (s: Setup): string[] => s.store.snapshot.chat.typing.map((t) => t.participantId);

  it('of others ends with their message, their word, their leaving or within six seconds of silence', () => {
    const s = setup();
    for (const id of ['a', 'b', 'c', 'd', 'me']) s.chat.receive(typing(id));
    expect(who(s)).toEqual(['a', 'b', 'c', 'd']);
    s.chat.receive(typing('a', 'idle'));
    s.chat.receive(said(message(1, { from: { participantId: 'b', displayName: 'B', kind: 'web' } })));
    s.chat.receive({ type: 'ParticipantLeft', data: { id: 'c' } });
    expect(who(s)).toEqual(['d']);
    vi.advanceTimersByTime(5999);
    expect(who(s)).toEqual([]);
  });
  it('of one’s own is said at once, then seldom, and that it ended once', () => {
    const s = setup();
    for (let key = 0; key < 40; key++) {
      s.chat.typing();
      vi.advanceTimersByTime(200);
    }
    vi.advanceTimersByTime(10_000);
    expect(s.asked.map(([, r]) => r['state'])).toEqual(['active', 'active', 'active', 'idle']);
  });
  it('ends silently with the message that follows it, and is told to the one it is for', async () => {
    const s = setup();
    s.reply('SendChat', () => ({ messageId: 'm', timestamp: 'x' }));
    s.chat.typing('bob');
    await s.chat.send('hi', { to: 'bob' });
    vi.advanceTimersByTime(10_000);
    expect(s.asked.map(([m, r]) => [m, r['to']])).toEqual([['SetTyping', 'bob'], ['SendChat', 'bob']]);
  });
});

describe('receipts of private messages', () => {
  const priv = (sequence: number, more: Partial<ChatMessage> = {}): ChatMessage => message(sequence, { to: 'me', ...more });
  const told = (asked: [string, Record<string, unknown>][]): string[] => asked.filter(([m]) => m === 'AcknowledgeChat').map(([, r]) => `${String(r.messageId)} ${String(r.state)}`);
  it('say delivered when one is here and displayed when it is looked at, each once', () => {
    const { chat, asked } = setup();
    for (const m of [message(1), priv(2), priv(2), message(3, { from: { participantId: 'me', displayName: 'Me', kind: 'web' }, to: 'bob' })]) chat.receive(said(m));
    expect(told(asked)).toEqual(['msg_002 delivered']);
    chat.markRead();
    chat.markRead();
    expect(told(asked)).toEqual(['msg_002 delivered', 'msg_002 displayed']);
  });
  it('are not sent again for what was read before, nor for what was taken back', async () => {
    const { chat, asked } = setup();
    await chat.joined([priv(1), priv(2, { deleted: true })]);
    chat.markRead();
    expect(told(asked)).toEqual([]);
  });
  it('are sent for what came while one was away', async () => {
    const { chat, asked } = setup();
    await chat.joined([priv(1), priv(2)], 'msg_002');
    expect(told(asked)).toEqual(['msg_002 delivered']);
  });
  it('harm nobody when they get lost', async () => {
    const { chat, reply } = setup();
    reply('AcknowledgeChat', () => { throw new SylkError('connection_failed'); });
    chat.receive(said(priv(1)));
    chat.markRead();
    await Promise.resolve();
    expect(unreadCount({ ...INITIAL_STATE.chat })).toBe(0);
  });
  it('of one’s own are shown by the one that says most, and stay when the words change', () => {
    const { chat, store } = setup();
    const mine = priv(1, { from: { participantId: 'me', displayName: 'Me', kind: 'web' }, to: 'bob' });
    chat.receive(said(mine));
    const states = (['failed', 'displayed', 'delivered'] as const).map((state) => {
      chat.receive({ type: 'ChatReceipt', data: { messageId: 'msg_001', by: 'bob', state } });
      return store.snapshot.chat.lines[0]?.receipt;
    });
    expect(states).toEqual(['failed', 'displayed', 'displayed']);
    chat.receive({ type: 'ChatUpdated', data: { message: { ...mine, content: 'new', editedAt: 'x' } } });
    expect([store.snapshot.chat.lines[0]?.content, store.snapshot.chat.lines[0]?.receipt]).toEqual(['new', 'displayed']);
  });
  it('about the messages of others are none', () => {
    const { chat, store } = setup();
    chat.receive(said(message(1)));
    chat.receive({ type: 'ChatReceipt', data: { messageId: 'msg_001', by: 'bob', state: 'displayed' } });
    expect(store.snapshot.chat.lines[0]?.receipt).toBeUndefined();
  });
});

describe('changing one’s own words', () => {
  it('asks the server and shows what it tells', async () => {
    const { chat, asked, shown, store } = setup();
    chat.receive(said(message(1, { from: { participantId: 'me', displayName: 'Me', kind: 'web' } })));
    await chat.edit('msg_001', 'better');
    expect(asked.at(-1)).toEqual(['EditChat', { messageId: 'msg_001', content: 'better' }]);
    expect(shown()).toEqual(['line 1']);
    chat.receive({ type: 'ChatUpdated', data: { message: message(1, { content: 'better', editedAt: '2026-01-01T10:01:00.000Z' }) } });
    expect([shown(), store.snapshot.chat.lines[0]?.editedAt]).toEqual([['better'], '2026-01-01T10:01:00.000Z']);
  });
  it('passes a refusal on', async () => {
    const { chat, reply } = setup();
    reply('EditChat', () => { throw new SylkError('capability_missing'); });
    await expect(chat.edit('msg_001', 'x')).rejects.toMatchObject({ code: 'capability_missing' });
  });
});
