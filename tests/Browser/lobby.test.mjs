// The lobby and what a room asks before it acts, through the real server in real Chromium.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter, launch, people } from './chromium.mjs';
import { paintDevices } from './painted.mjs';
import { startServer } from './server.mjs';

let server, browser;

before(async () => {
  server = await startServer();
  browser = await launch(440);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function lobby(room, script, argument) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  if (script) await page.addInitScript(script, argument);
  await page.goto(`${server.url}/r/${room}?debug=1`);
  return page;
}
const joined = async (room, name, seed) => {
  const page = await lobby(room, paintDevices, { seed, title: name });
  await enter(page, name);
  return page;
};

test('B1 Join before the devices are ready waits for them', { timeout: 60_000 }, async () => {
  const page = await lobby('slow', () => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const gate = new Promise(open => { window.openDevices = open; });
    navigator.mediaDevices.getUserMedia = async wish => { await gate; return real(wish); };
  });
  await page.getByLabel(/your name/i).fill('Alice');
  await page.getByRole('button', { name: /^join$/i }).click();
  await page.getByRole('button', { name: /preparing your devices/i }).waitFor();
  assert.equal(await page.getByRole('button', { name: /join without devices/i }).isEnabled(), true);
  assert.equal(await page.evaluate(() => window.__sylk), undefined);
  await page.evaluate(() => window.openDevices());
  await page.waitForFunction(() => window.__sylk?.pc?.connectionState === 'connected', null, { timeout: 20_000 });
  assert.deepEqual(await page.evaluate(() => [window.__sylk.state.local.sources.microphone, window.__sylk.state.local.sources.camera]), ['on', 'on']);
  await page.context().close();
});

test('B1.5 while it waits, going in without devices still works', { timeout: 60_000 }, async () => {
  const page = await lobby('slow2', () => { navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined); });
  await page.getByLabel(/your name/i).fill('Alice');
  await page.getByRole('button', { name: /^join$/i }).click();
  await page.getByRole('button', { name: /join without devices/i }).click();
  await page.waitForFunction(() => window.__sylk?.pc?.connectionState === 'connected', null, { timeout: 20_000 });
  await page.context().close();
});

test('the lobby says that the network is fine, and how many are inside', { timeout: 60_000 }, async () => {
  const page = await lobby('empty-room');
  await page.getByText(/your network is fine · \d+ ms/i).waitFor({ timeout: 15_000 });
  await page.getByText('Nobody is inside yet').waitFor();
  await page.context().close();
  const bob = await joined('busy-room', 'Bob', 1);
  const other = await lobby('busy-room');
  await other.getByText('1 person is inside').waitFor({ timeout: 15_000 });
  await other.context().close();
  await bob.context().close();
});

test('a network test that has expired leaves the calls of its shard alone', { timeout: 90_000 }, async () => {
  const bob = await joined('after-test', 'Bob', 1);
  await bob.waitForTimeout(10_000); // the server forgets Bob's test after 8 s
  const reports = () => bob.evaluate(async () => {
    let newest = 0;
    (await window.__sylk.pc.getStats()).forEach(row => { if (row.type === 'remote-inbound-rtp') newest = Math.max(newest, row.timestamp); });
    return newest;
  });
  const earlier = await reports();
  await bob.waitForTimeout(4000);
  assert.ok(await reports() > earlier, 'the server has stopped reporting what it receives');
  await bob.context().close();
});

test('removing asks first, and a raised hand shows in a hidden tab', { timeout: 90_000 }, async () => {
  const bob = await joined('moderated', 'Bob', 1);
  const alice = await joined('moderated', 'Alice', 0);
  await bob.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await alice.getByRole('button', { name: 'Raise hand' }).click();
  await bob.waitForFunction(() => document.title.startsWith('(1) ') && document.querySelector('link[rel=icon]').getAttribute('href').includes('badge'), null, { timeout: 10_000 });

  const remove = async answer => {
    await bob.keyboard.press('p');
    await bob.locator('#people').getByRole('button', { name: 'Actions for Alice' }).click();
    await bob.getByRole('menuitem', { name: 'Remove' }).click();
    await bob.getByRole('alertdialog', { name: 'Remove Alice from the room?' }).getByRole('button', { name: answer }).click();
    await bob.getByRole('alertdialog').waitFor({ state: 'detached' });
  };
  await remove('Cancel');
  assert.deepEqual(await people(bob), ['Alice', 'Bob']);
  await bob.keyboard.press('p');
  await remove('Remove');
  await alice.getByRole('heading', { name: 'You were removed from the room' }).waitFor({ timeout: 10_000 });
  await bob.context().close();
  await alice.context().close();
});

test('B5.1 a moderator who shares second is asked, and takes the place', { timeout: 90_000 }, async () => {
  const bob = await joined('sharing', 'Bob', 1);
  const alice = await joined('sharing', 'Alice', 0);
  const screens = () => bob.evaluate(() => Object.values(window.__sylk.room.tracks).filter(track => track.source === 'screen').map(track => window.__sylk.room.participants[track.participantId].displayName));
  await alice.getByRole('button', { name: 'Share screen' }).click();
  await bob.waitForFunction(() => Object.values(window.__sylk.room.tracks).some(track => track.source === 'screen'), null, { timeout: 15_000 });
  await bob.getByRole('button', { name: 'Share screen' }).click();
  await bob.getByRole('alertdialog', { name: 'Alice is already sharing a screen' }).getByRole('button', { name: 'Replace it' }).click();
  await bob.waitForFunction(() => Object.values(window.__sylk.room.tracks).some(track => track.source === 'screen' && track.participantId === window.__sylk.room.selfId), null, { timeout: 15_000 });
  await bob.waitForFunction(() => Object.values(window.__sylk.room.tracks).filter(track => track.source === 'screen').length === 1, null, { timeout: 15_000 });
  assert.deepEqual(await screens(), ['Bob']);
  await bob.context().close();
  await alice.context().close();
});
