import { expect, it } from 'vitest';
import { commandFor } from '../../app/src/room/keys';

const press = (key: string, extra: object = {}): Parameters<typeof commandFor>[0] => ({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...extra });

it.each([['m', 'mic'], ['V', 'camera'], ['h', 'hand'], ['s', 'screen'], ['p', 'people'], ['c', 'chat'], ['d', 'devices'], ['f', 'fullscreen'], ['w', 'layout'], ['t', 'stats'], ['q', 'who'], ['?', 'help'], [' ', 'talk'], ['F6', 'region'], ['[', 'previousPerson'], [']', 'nextPerson']])('%s means %s', (key, command) => {
  expect(commandFor(press(key), 'page', true)).toBe(command);
});
it('maps digits to reactions', () => expect(commandFor(press('8'), 'page', true)).toEqual({ reaction: 8 }));
it('rests while typing and in dialogs', () => {
  expect([commandFor(press('m'), 'text', true), commandFor(press('m'), 'dialog', true)]).toEqual([null, null]);
});
it('leaves Space to a focused button', () => expect(commandFor(press(' '), 'button', true)).toBeNull());
it('keeps Ctrl+D, ⌘+E and F6 when single keys are off', () => {
  expect([commandFor(press('m'), 'page', false), commandFor(press('d', { ctrlKey: true }), 'text', false), commandFor(press('e', { metaKey: true }), 'page', false), commandFor(press('F6'), 'page', false)]).toEqual([null, 'mic', 'camera', 'region']);
});
