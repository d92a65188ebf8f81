import { describe, expect, it } from 'vitest';
import { findPerson, parseLine } from '../../app/src/room/chat/commands';
import { fileHref } from '../../app/src/room/chat/FileCard';
import { linkify } from '../../app/src/room/chat/linkify';
import { actionText, timeline } from '../../app/src/room/chat/timeline';
import { fileSize, typingWords } from '../../app/src/room/chat/words';
import { lastEditable, wordsOf } from '../../app/src/room/chat/useEdit';
import { freshLines } from '../../app/src/room/RoomNews';
import { UNPLACED, type ChatLine } from '../../packages/client/src/state/chatState';
import type { FileInfo } from '../../packages/client/src/wire/model';

const links = (text: string): string[] => linkify(text).flatMap((s) => s.href ?? []);

describe('R-29 links in what people write', () => {
  it.each([
    ['see https://example.org/a?b=c#d.', ['https://example.org/a?b=c#d']],
    ['(https://example.org/a_(b)) and http://x.test', ['https://example.org/a_(b)', 'http://x.test/']],
    ['write to mailto:alice@example.org, please', ['mailto:alice@example.org']],
    ['HTTPS://EXAMPLE.ORG', ['https://example.org/']],
    ['https://exämple.org', ['https://xn--exmple-cua.org/']],
  ])('%s', (text, expected) => expect(links(text)).toEqual(expected));
  it.each([
    'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,<script>1</script>', 'vbscript:x', 'file:///etc/passwd', 'blob:null/1', 'ftp://x.test', '//x.test', 'xhttps://evil.test',
    'https://', 'https:///x', 'http://user:pass@bank.test/', 'https://bank.test@evil.test/', 'mailto:a@b.test?subject=x&body=y', 'mailto:nobody', 'https:// x.test', 'about:blank', 'http://[::1',
  ])('%s is no link', (text) => expect(links(text)).toEqual([]));
  it.each(['a "https://x.test/"onmouseover="alert(1)" b', '<a href=https://x.test>y</a>', 'https://x.test/\u202egnp.exe', "https://x.test/'><script>1</script>", 'plain', '', 'https://a.test https://b.test', '\n\n  x  \n'])('nothing of %j is lost or changed', (text) => {
    expect(linkify(text).map((s) => s.text).join('')).toBe(text);
    for (const href of links(text)) expect(href).toMatch(/^https:\/\/[a-z.]+\/$/);
  });
  it('takes time that grows with the text only', () => {
    const started = performance.now();
    for (const text of ['https://'.repeat(8000), `https://x.test/${')'.repeat(60_000)}`, 'http://a@'.repeat(6000), '('.repeat(60_000)]) linkify(text);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('B6.3 commands', () => {
  const people = [{ id: 'bob', displayName: 'Bob' }, { id: 'jan', displayName: 'Bob Jansen' }, { id: 'eva', displayName: 'Eva Lindqvist' }];
  it.each([
    ['hello', { name: 'say', text: 'hello' }], ['  /me waves ', { name: 'me', text: 'waves' }], ['//not a command', { name: 'say', text: '/not a command' }],
    ['/msg Bob Jansen hi there', { name: 'msg', to: 'jan', text: 'hi there' }], ['/msg bob hi', { name: 'msg', to: 'bob', text: 'hi' }], ['/msg eva hi', { name: 'msg', to: 'eva', text: 'hi' }],
    ['/msg @"Eva Lindqvist" hi', { name: 'msg', to: 'eva', text: 'hi' }], ['/nick Alice V', { name: 'nick', text: 'Alice V' }], ['/invite', { name: 'invite' }], ['/mute', { name: 'muteSelf' }],
    ['/MUTE Eva', { name: 'mute', participantId: 'eva' }], ['/kick bob jansen', { name: 'kick', participantId: 'jan' }], ['/lock', { name: 'lock' }], ['/topic Q3 review', { name: 'topic', text: 'Q3 review' }], ['/help', { name: 'help' }],
  ])('%s', (line, command) => expect(parseLine(line, people)).toEqual(command));
  it.each([['/dance', 'unknown', 'dance'], ['/', 'unknown', ''], ['/me', 'noText', 'me'], ['/msg', 'noPerson', ''], ['/msg Bob', 'noText', 'msg'], ['/kick', 'noPerson', ''], ['/kick Zoe', 'nobody', 'zoe'], ['/msg b hi', 'several', 'b'], ['/kick Bob X', 'nobody', 'Bob X']])('%s is explained', (line, problem, value) => {
    expect(parseLine(line, people)).toEqual({ name: 'error', problem, value });
  });
  it('never guess between two of the same name', () => expect(findPerson('Kim hello', [{ id: '1', displayName: 'Kim' }, { id: '2', displayName: 'kim' }])).toEqual({ problem: 'several', value: 'Kim' }));
});

describe('the talk', () => {
  const line = (sequence: number, at: string, more: Partial<ChatLine> = {}): ChatLine => ({
    id: `m${sequence}`, sequence, from: { participantId: 'bob', displayName: 'Bob', kind: 'web' }, content: 'x', contentType: 'text/plain', timestamp: `2026-01-01T10:${at}.000Z`, via: 'web', mine: false, status: 'sent', ...more,
  });
  const file = (id: string, at: string): FileInfo => ({ id, name: id, size: 1, contentType: '', from: { participantId: 'bob', displayName: 'Bob' }, timestamp: `2026-01-01T10:${at}.000Z`, url: '/f' });
  it('has files where they came', () => {
    expect(timeline([line(1, '00:10'), line(2, '00:30')], [file('f', '00:20'), file('g', '00:40')], 0).map((i) => i.key)).toEqual(['m1', 'f', 'm2', 'g']);
  });
  it('lets one change the newest message of one’s own that the server has', () => {
    const mine = { mine: true };
    expect(lastEditable([line(1, '00:10', mine), line(2, '00:20', mine), line(3, '00:30'), line(4, '00:40', { ...mine, deleted: true }), line(UNPLACED, '00:50', { ...mine, status: 'pending' })])).toBe('m2');
    expect(lastEditable([line(1, '00:10')])).toBeNull();
    expect([wordsOf({ content: 'waves', action: true }), wordsOf({ content: 'hi' })]).toEqual(['/me waves', 'hi']);
  });
  it('joins what one person says in a row to the same readers', () => {
    const items = timeline([line(1, '00:10'), line(2, '00:20'), line(3, '00:30', { to: 'me' }), line(4, '09:00'), line(5, '09:01', { replyTo: 'm1' })], [], 0);
    expect(items.map((i) => i.kind === 'line' && i.joined)).toEqual([false, true, false, false, false]);
  });
  it('marks the first that has not been read, once', () => {
    expect(timeline([line(1, '00:10'), line(2, '00:11', { mine: true }), line(3, '00:12'), line(4, '00:13')], [], 1).map((i) => i.firstUnread)).toEqual([false, false, true, false]);
  });
  it('knows an action whoever took it apart', () => expect([actionText({ content: '/me waves' }), actionText({ content: 'waves', action: true }), actionText({ content: 'waves' })]).toEqual(['waves', 'waves', null]));
  it('has news only in what others said after it', () => {
    const before = [line(5, '00:05')];
    expect(freshLines(before, [line(1, '00:01'), ...before, line(6, '00:06'), line(7, '00:07', { mine: true }), line(8, '00:08', { deleted: true })]).map((l) => l.id)).toEqual(['m6']);
  });
  it('names who types, to everyone or to me', () => {
    const people = Object.fromEntries(['a', 'b', 'c'].map((id) => [id, { id, displayName: id, kind: 'web' as const, role: 'member' as const, state: 'active' as const }]));
    const t = ((key: string, values?: { name?: string; other?: string }) => [key.slice(5), values?.name, values?.other].filter(Boolean).join(' ')) as never;
    expect([typingWords([], people, 'me', t), typingWords([{ participantId: 'a' }], people, 'me', t), typingWords([{ participantId: 'a', to: 'b' }], people, 'me', t), typingWords([{ participantId: 'a', to: 'me' }, { participantId: 'b' }], people, 'me', t), typingWords(['a', 'b', 'c'].map((participantId) => ({ participantId })), people, 'me', t)])
      .toEqual(['', 'typingOne a', '', 'typingTwo a b', 'typingMany']);
  });
});

describe('files', () => {
  it.each([['/files/1', 'https://meet.test/files/1'], ['https://meet.test/f', 'https://meet.test/f'], ['https://evil.test/f', null], ['javascript:alert(1)', null], ['//evil.test/f', null], ['data:text/html,x', null]])('%s leads to %s', (url, href) => expect(fileHref(url, 'https://meet.test')).toBe(href));
  it.each([[0, '0 byte'], [999, '999 byte'], [2_500, '3 kB'], [104_857_600, '104.9 MB'], [5e9, '5 GB']])('%i bytes read %s', (bytes, text) => expect(fileSize(bytes, 'en')).toBe(text));
});
