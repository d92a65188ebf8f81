// The person's choice of devices, by keyboard and for real: Chromium with two cameras of its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter, join_, launch } from './chromium.mjs';
import { startServer } from './server.mjs';

let server, browser;

before(async () => {
  server = await startServer();
  browser = await launch(440, { cameras: 2 });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const camera = page => page.evaluate(() => window.__sylk.state.local.cameraTrack?.getSettings().deviceId);
const cameras = page => page.evaluate(async () => (await navigator.mediaDevices.enumerateDevices()).filter(d => d.kind === 'videoinput').map(d => d.deviceId));

test('D opens the device menu with focus in it, Escape gives focus back to its button', { timeout: 60_000 }, async () => {
  const page = await join_(browser, server, 'keys', 'Alice');
  await page.locator('[data-devices=microphone]').waitFor(); // connected is before shown
  await page.keyboard.press('d');
  await page.getByRole('menu').waitFor();
  await page.waitForFunction(() => document.activeElement?.matches('[role^=menuitem]'), null, { timeout: 5000 });
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached', timeout: 5000 });
  // The menu leaves the page first; focus goes back in the frame after.
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-devices') === 'microphone', null, { timeout: 5000 });
  await page.keyboard.press('m');
  await page.waitForFunction(() => window.__sylk.state.local.sources.microphone === 'muted', null, { timeout: 5000 });
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('turning the camera off and on by its button keeps the focus on it', { timeout: 60_000 }, async () => {
  const page = await join_(browser, server, 'focus', 'Alice');
  const button = page.getByRole('button', { name: /^camera, on/i });
  await button.focus();
  const onButton = () => page.evaluate(() => /^camera/i.test(document.activeElement?.getAttribute('aria-label') ?? ''));
  for (const wanted of ['muted', 'on']) {
    await page.keyboard.press('Enter');
    await page.waitForFunction(state => window.__sylk.state.local.sources.camera === state, wanted, { timeout: 10_000 });
    assert.equal(await onButton(), true, `focus is lost when the camera is ${wanted}`);
  }

  await page.context().close();
});

test('the chosen camera is the one that is opened, at once and after it was off', { timeout: 60_000 }, async () => {
  const page = await join_(browser, server, 'choice', 'Alice');
  const all = await cameras(page);
  assert.equal(all.length, 2);
  const other = all.find(id => id !== all[0]);
  const menu = page.getByRole('button', { name: /camera/i }).and(page.locator('[data-devices=camera]'));
  await menu.click();
  await page.getByRole('menuitem').nth(1).click();
  await page.waitForFunction(id => window.__sylk.state.local.cameraTrack?.getSettings().deviceId === id, other, { timeout: 10_000 });
  await page.keyboard.press('v');
  await page.waitForFunction(() => window.__sylk.state.local.sources.camera === 'muted', null, { timeout: 5000 });
  await page.keyboard.press('v');
  await page.waitForFunction(() => window.__sylk.state.local.sources.camera === 'on', null, { timeout: 10_000 });
  assert.equal(await camera(page), other);
  await page.context().close();
});

test('a remembered camera that is gone gives way to the default one', { timeout: 60_000 }, async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${server.url}/r/gone?debug=1`);
  await page.evaluate(() => localStorage.setItem('sylk.prefs', JSON.stringify({ camera: 'no-such-camera' })));
  await page.reload();
  await enter(page, 'Alice');
  assert.ok((await cameras(page)).includes(await camera(page)));
  await page.context().close();
});

test('the statistics name who is heard and seen now, and nobody who left', { timeout: 90_000 }, async () => {
  const alice = await join_(browser, server, 'numbers', 'Alice');
  const bob = await join_(browser, server, 'numbers', 'Bob');
  await alice.keyboard.press('t');
  const rows = () => alice.locator('#stats ul').first().locator('li b').allTextContents();
  await alice.waitForFunction(() => [...document.querySelectorAll('#stats ul:first-of-type li b')].filter(b => b.textContent === 'Bob').length >= 2, null, { timeout: 20_000 });
  assert.ok((await rows()).every(name => name === 'Bob'), `rows: ${await rows()}`);
  await bob.context().close();
  await alice.waitForFunction(() => document.querySelectorAll('#stats ul:first-of-type li').length === 0, null, { timeout: 45_000 });
  await alice.context().close();
});
