import { describe, expect, it } from 'vitest';
import { clock } from '../../app/src/room/duration';
import { isRoomName, parseRoute, randomRoomName } from '../../app/src/route';
import { hueIndex, initials } from '../../app/src/ui/Avatar';
import { inlineThings, judge, LOBBY_MAX } from '../../tools/budgetRules.mjs';

describe('addresses', () => {
  it.each([['/', 'home'], ['/r/standup', 'room'], ['/r/Stand-Up/', 'room'], ['/r/.hidden', 'unknown'], ['/r/a/b', 'unknown'], ['/r/%E0%A4%A', 'unknown'], ['/x', 'unknown'], ['/admin', 'admin'], ['/admin/rooms/standup', 'admin'], ['/administrator', 'unknown']])('%s is %s', (path, page) => {
    expect(parseRoute(path).page).toBe(page);
  });
  it('folds case', () => expect(parseRoute('/r/Stand-Up')).toEqual({ page: 'room', room: 'stand-up' }));
  it('holds 64 characters', () => expect([isRoomName('a'.repeat(64)), isRoomName('a'.repeat(65))]).toEqual([true, false]));
  it('invents names that are allowed', () => expect([randomRoomName(() => 0), isRoomName(randomRoomName((n) => n - 1))]).toEqual(['amber-cedar-anchor-100', true]));
});
describe('faces', () => {
  it.each([['Alice Vermeer', 'AV'], ['bob', 'B'], ['Ana de la Cruz', 'AC'], ['  ', '?'], ['👍 x', '👍X']])('%s is %s', (name, letters) => expect(initials(name)).toBe(letters));
  it('keep their colour', () => expect([hueIndex('pt_1'), hueIndex('pt_1') === hueIndex('pt_2')]).toEqual([hueIndex('pt_1'), false]));
});
it.each([[0, '0:00'], [61_000, '1:01'], [3_725_000, '1:02:05'], [-5, '0:00']])('%i ms reads %s', (ms, text) => expect(clock(ms)).toBe(text));

describe('the build', () => {
  const html = '<script type="module" src="/assets/a.js"></script><link rel="modulepreload" href="/assets/b.js">';
  const file = (path: string, gz: number): { path: string; gz: number } => ({ path, gz });
  it('counts what the page names as the lobby, all of it as the room, and the operator’s part not at all', () => {
    expect(judge(html, [file('assets/a.js', 10), file('assets/b.js', 5), file('assets/c.js', 7), file('assets/AdminPage-x1.js', 90)])).toEqual({ lobby: 15, room: 22, ok: true });
  });
  it('fails above the budget and when nothing was found', () => {
    expect([judge(html, [file('assets/a.js', LOBBY_MAX + 1)]).ok, judge('', [file('assets/a.js', 1)]).ok]).toEqual([false, false]);
  });
  it('finds what the page’s policy would refuse', () => {
    expect(inlineThings('<script>1</script><p style="x"><style>a{}</style><a onclick="x"><img src="https://cdn">')).toHaveLength(5);
    expect(inlineThings(html)).toEqual([]);
  });
});
