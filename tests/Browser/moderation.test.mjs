// Moderators at work on the page, and what it does at the other end (B11); the server refuses all of it to others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openChat } from './chat.mjs';
import { enter, join_, launch } from './chromium.mjs';
import { startServer } from './server.mjs';

let server, browser, alice, bob, carol;

before(async () => {
  server = await startServer();
  browser = await launch(440);
  alice = await join_(browser, server, 'court', 'Alice');
  bob = await join_(browser, server, 'court', 'Bob');
  carol = await join_(browser, server, 'court', 'Carol', { devices: false });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const openPeople = async page => {
  if (!await page.locator('#people').isVisible()) await page.getByRole('toolbar').getByRole('button', { name: /people$|person$/ }).click();
  await page.locator('#people').waitFor();
};
const act = async (page, name, verb) => {
  await openPeople(page);
  await page.locator('#people').getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: verb }).click();
};
const settings = async page => {
  await openPeople(page);
  await page.locator('#people').getByRole('button', { name: 'Settings' }).click();
  return page.getByRole('dialog', { name: 'Moderator settings' });
};
const microphone = (page, state) => page.getByRole('button', { name: `Microphone, ${state}` }).waitFor({ timeout: 10_000 });
const refusal = (page, method, request) => page.evaluate(([name, body]) => window.__sylk.session.invoke(name, body).then(() => 'done', error => error.code), [method, request]);
const idOf = (page, name) => page.evaluate(wanted => Object.values(window.__sylk.room.participants).find(person => person.displayName === wanted).id, name);

test('B11 mute one, ask to unmute, stop video', { timeout: 60_000 }, async () => {
  await act(alice, 'Bob', 'Mute');
  await microphone(bob, 'off');
  await bob.getByText('You were muted by a moderator').waitFor();
  await act(alice, 'Bob', 'Ask to unmute');
  await bob.getByRole('alertdialog', { name: /asks you to unmute/ }).getByRole('button', { name: 'Unmute' }).click();
  await microphone(bob, 'on');
  await act(alice, 'Bob', 'Stop video');
  await bob.getByRole('button', { name: 'Camera, off' }).waitFor({ timeout: 10_000 });
});

test('B11 mute all: with leave to unmute, and without', { timeout: 60_000 }, async () => {
  await openPeople(alice);
  await alice.getByRole('button', { name: 'Mute all' }).click();
  await alice.getByRole('dialog', { name: 'Mute everyone else?' }).getByRole('button', { name: 'Mute everyone' }).click();
  await microphone(bob, 'off');
  await microphone(alice, 'on');
  await bob.getByRole('button', { name: 'Microphone, off' }).click();
  await microphone(bob, 'on');
  await alice.getByRole('button', { name: 'Mute all' }).click();
  await alice.getByRole('dialog').getByText('They may unmute themselves').click();
  await alice.getByRole('dialog').getByRole('button', { name: 'Mute everyone' }).click();
  await microphone(bob, 'off');
  await bob.waitForFunction(() => window.__sylk.room.room.features.unmute === 'moderators');
  const dialog = await settings(alice);
  assert.equal(await dialog.getByRole('switch', { name: 'Unmute themselves' }).isChecked(), false);
  await dialog.getByText('Unmute themselves').click();
  await bob.waitForFunction(() => window.__sylk.room.room.features.unmute === 'everyone');
  await alice.keyboard.press('Escape');
});

test('B11 lower all hands, and one', { timeout: 60_000 }, async () => {
  const hands = page => page.evaluate(() => Object.values(window.__sylk.room.participants).filter(person => person.handRaisedAt).length);
  for (const page of [bob, carol]) await page.getByRole('button', { name: 'Raise hand' }).click();
  await alice.waitForFunction(() => Object.values(window.__sylk.room.participants).filter(person => person.handRaisedAt).length === 2);
  await act(alice, 'Bob', 'Lower this hand');
  await alice.waitForFunction(() => Object.values(window.__sylk.room.participants).filter(person => person.handRaisedAt).length === 1);
  await alice.getByRole('button', { name: 'Lower hands' }).click();
  await bob.waitForFunction(() => !Object.values(window.__sylk.room.participants).some(person => person.handRaisedAt));
  assert.equal(await hands(carol), 0);
});

test('B11 the title, the lock, chat, names: each switch reaches everyone', { timeout: 90_000 }, async () => {
  const dialog = await settings(alice);
  await dialog.getByRole('textbox', { name: 'Title of the room' }).fill('Court of appeal');
  await dialog.getByRole('button', { name: 'Save' }).first().click();
  await bob.getByRole('heading', { level: 1, name: 'Court of appeal' }).waitFor({ timeout: 10_000 });
  await dialog.getByText('Nobody can come in any more.').click();
  await bob.getByText('Locked').first().waitFor({ timeout: 10_000 });
  await dialog.getByText('Write in the chat').click();
  await bob.waitForFunction(() => window.__sylk.room.room.features.chat === false);
  await bob.getByRole('toolbar').getByRole('button', { name: /^Chat/ }).click();
  await bob.getByText('The host has turned the chat off.').waitFor();
  assert.equal(await refusal(bob, 'SendChat', { clientId: 'x', content: 'psst', contentType: 'text/plain' }), 'capability_missing');
  await dialog.getByText('Write in the chat').click();
  await openChat(bob);
  await dialog.getByText('Change their names').click();
  await bob.waitForFunction(() => window.__sylk.room.room.features.rename === false);
  assert.equal(await refusal(bob, 'UpdateSelf', { displayName: 'Judge' }), 'capability_missing');
  await dialog.getByText('Nobody can come in any more.').click();
  await bob.waitForFunction(() => window.__sylk.room.room.access.locked === false);
  await alice.keyboard.press('Escape');
});

test('B3.2 a locked room shows a locked page, which says when it is open again', { timeout: 60_000 }, async () => {
  await openPeople(alice);
  await alice.getByRole('button', { name: 'Lock room' }).click();
  const late = await browser.newContext().then(context => context.newPage());
  await late.goto(`${server.url}/r/court?debug=1`);
  await late.getByLabel(/your name/i).fill('Late');
  await late.getByRole('button', { name: /join without devices/i }).click();
  await late.getByRole('heading', { name: 'The room is locked' }).waitFor({ timeout: 15_000 });
  await alice.getByRole('button', { name: 'Unlock room' }).click();
  await late.getByText('You can come in now.').waitFor({ timeout: 15_000 });
  await late.getByRole('button', { name: 'Come in' }).click();
  await enter(late, 'Late', false);
  await late.context().close();
});

test('B11 a member made moderator has the verbs, and loses them again', { timeout: 60_000 }, async () => {
  assert.equal(await bob.getByRole('button', { name: 'Ways out' }).count(), 0);
  await act(alice, 'Bob', 'Make moderator');
  await bob.getByRole('button', { name: 'Ways out' }).waitFor({ timeout: 10_000 });
  await act(alice, 'Bob', 'Make member');
  await bob.getByRole('button', { name: 'Ways out' }).waitFor({ state: 'detached', timeout: 10_000 });
});

test('B11 the server refuses every verb to who may not', { timeout: 60_000 }, async () => {
  const participantId = await idOf(bob, 'Alice');
  const verbs = [
    ['Mute', { participantId, source: 'microphone' }], ['MuteAll', { source: 'microphone' }], ['AskToUnmute', { participantId, source: 'microphone' }], ['Remove', { participantId }],
    ['SetRole', { participantId, role: 'member' }], ['LowerHands', {}], ['UpdateRoom', { locked: true }], ['EndRoom', {}],
  ];
  for (const [method, request] of verbs) assert.equal(await refusal(bob, method, request), 'capability_missing', method);
  await openPeople(bob);
  await bob.locator('#people').getByRole('button', { name: 'Actions for Alice' }).click();
  assert.deepEqual(await bob.getByRole('menuitem').allInnerTexts(), ['Send a message']);
  await bob.keyboard.press('Escape');
});

test('B11 remove, and end for everyone: both asked about first', { timeout: 90_000 }, async () => {
  await act(alice, 'Carol', 'Remove');
  const question = alice.getByRole('alertdialog', { name: 'Remove Carol from the room?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await carol.getByRole('toolbar').count(), 1);
  await act(alice, 'Carol', 'Remove');
  await question.getByRole('button', { name: 'Remove' }).click();
  await carol.getByRole('heading', { name: 'You were removed from the room' }).waitFor({ timeout: 10_000 });
  await alice.getByRole('button', { name: 'Ways out' }).click();
  await alice.getByRole('menuitem', { name: 'End for everyone' }).click();
  await alice.getByRole('alertdialog', { name: 'End the meeting for everyone?' }).getByRole('button', { name: 'End for everyone' }).click();
  for (const page of [alice, bob]) await page.getByRole('heading', { name: 'The meeting has ended' }).waitFor({ timeout: 10_000 });
  assert.deepEqual([...alice.faults, ...bob.faults, ...carol.faults], []);
});
