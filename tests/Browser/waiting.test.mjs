// The door of a room on the page (B3): waiting, being let in or declined, passcodes, bans.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodedPerSecond, enter, join_, launch } from './chromium.mjs';
import { startServer } from './server.mjs';

let server, browser, alice;

before(async () => {
  server = await startServer();
  browser = await launch(440);
  alice = await join_(browser, server, 'foyer', 'Alice');
  await alice.evaluate(() => window.__sylk.session.moderation.updateRoom({ waitingRoom: true }));
  await alice.waitForFunction(() => window.__sylk.room.room.access.waitingRoom === true, null, { timeout: 10_000 });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Comes to the lobby and presses Join. */
async function knock(name, { devices = false, room = 'foyer', passcode } = {}) {
  const page = await browser.newContext().then(context => context.newPage());
  page.faults = [];
  page.on('pageerror', fault => page.faults.push(fault.message));
  await page.goto(`${server.url}/r/${room}?debug=1`);
  await page.getByLabel(/your name/i).fill(name);
  if (passcode !== undefined) await page.getByLabel('Passcode').fill(passcode);
  if (devices) await page.waitForFunction(() => document.querySelector('video')?.videoWidth > 0, null, { timeout: 20_000 });
  await page.getByRole('button', { name: devices ? /^join$/i : /join without devices/i }).click();
  return page;
}
const waits = page => page.getByRole('heading', { name: 'Waiting to be let in' }).waitFor({ timeout: 15_000 });
const inside = page => page.getByRole('toolbar').waitFor({ timeout: 15_000 });
const openPeople = async page => {
  if (!await page.locator('#people').isVisible()) await page.getByRole('toolbar').getByRole('button', { name: /people$|person$/ }).click();
  await page.locator('#people').waitFor();
};

test('B3 a visitor waits with their picture and the time; the host is told in the page, the title and the list, and lets them in', { timeout: 120_000 }, async () => {
  const wim = await knock('Wim', { devices: true });
  await waits(wim);
  await wim.waitForFunction(() => document.querySelector('video')?.videoWidth > 0);
  await wim.getByText(/^Waiting for 0:0[2-9]/).waitFor({ timeout: 10_000 });
  const toast = alice.getByRole('status').filter({ hasText: 'Wim is waiting to be let in' });
  await toast.first().waitFor({ timeout: 10_000 });
  assert.match(await alice.title(), /^\(1\) /);
  await openPeople(alice);
  await alice.locator('#people [data-waiting]').getByText('Browser').waitFor();
  await alice.getByRole('button', { name: 'Let in Wim' }).click();
  await inside(wim);
  await wim.waitForFunction(() => window.__sylk.pc.connectionState === 'connected', null, { timeout: 15_000 });
  assert.ok(await decodedPerSecond(wim) > 5, 'pictures come');
  await alice.waitForFunction(() => [...document.querySelectorAll('video')].filter(video => video.videoWidth > 0).length === 2, null, { timeout: 20_000 });
  await alice.waitForFunction(() => window.__sylk.room.waiting.length === 0);
  assert.deepEqual(wim.faults, []);
  await wim.context().close();
});

test('B3 all that wait are let in at once', { timeout: 60_000 }, async () => {
  const two = [await knock('Xenia'), await knock('Yusuf')];
  for (const page of two) await waits(page);
  await openPeople(alice);
  await alice.getByRole('button', { name: 'Let all in' }).click();
  for (const page of two) await inside(page);
  for (const page of two) await page.context().close();
});

test('B3 who is declined reads what the host wrote', { timeout: 60_000 }, async () => {
  const zoe = await knock('Zoë');
  await waits(zoe);
  await openPeople(alice);
  await alice.getByRole('button', { name: 'Decline Zoë' }).click();
  await alice.getByLabel('Message (optional)').fill('We start at <b>ten</b>');
  await alice.getByRole('button', { name: 'Decline with this message' }).click();
  await zoe.getByRole('heading', { name: 'You were not let in' }).waitFor({ timeout: 10_000 });
  await zoe.getByText('We start at <b>ten</b>').waitFor();
  await zoe.context().close();
});

test('who stops waiting is gone from the list', { timeout: 60_000 }, async () => {
  const page = await knock('Quick');
  await waits(page);
  await alice.waitForFunction(() => window.__sylk.room.waiting.length === 1, null, { timeout: 10_000 });
  await page.getByRole('button', { name: 'Leave' }).click();
  await alice.waitForFunction(() => window.__sylk.room.waiting.length === 0, null, { timeout: 10_000 });
  await page.context().close();
});

test('a passcode is asked for in the lobby, a wrong one is said, the right one opens', { timeout: 90_000 }, async () => {
  await alice.evaluate(() => window.__sylk.session.moderation.updateRoom({ waitingRoom: false, passcode: 'tulip' }));
  await alice.waitForFunction(() => window.__sylk.room.room.access.passcodeSet === true);
  const page = await knock('Pat', { passcode: 'rose' });
  await page.getByText('That passcode is not right').waitFor({ timeout: 15_000 });
  assert.equal(await page.getByLabel(/your name/i).inputValue(), 'Pat', 'the name is not asked for twice');
  await page.getByLabel('Passcode').fill('tulip');
  await enter(page, 'Pat', false);
  await page.context().close();
  await alice.evaluate(() => window.__sylk.session.moderation.updateRoom({ passcode: '' }));
  await alice.waitForFunction(() => window.__sylk.room.room.access.passcodeSet === false);
});

test('B11 who is banned stays out', { timeout: 90_000 }, async () => {
  const page = await knock('Rude');
  await inside(page);
  await openPeople(alice);
  await alice.locator('#people').getByRole('button', { name: 'Actions for Rude' }).click();
  await alice.getByRole('menuitem', { name: 'Ban from this meeting' }).click();
  await alice.getByRole('alertdialog', { name: 'Ban Rude from this meeting?' }).getByRole('button', { name: 'Ban' }).click();
  await page.getByRole('heading', { name: 'You were removed from the room' }).waitFor({ timeout: 10_000 });
  await page.context().close();
  assert.deepEqual(alice.faults, []);
});
