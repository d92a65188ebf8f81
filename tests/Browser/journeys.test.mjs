// Ways through the whole page: with a keyboard only, on a phone, and with devices that Chromium itself refuses.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter, heardTones, join_, launch, near, people } from './chromium.mjs';
import { round, seenFocus, tabTo } from './keyboard.mjs';
import { startServer } from './server.mjs';

let server, browser, asking, bob;

before(async () => {
  server = await startServer();
  browser = await launch(440);
  asking = await launch(1000, { asks: true });
  bob = await join_(asking, server, 'kitchen', 'Bob', { devices: false });
});

after(async () => {
  for (const one of [browser, asking]) await one?.close();
  await server?.stop();
});

async function open(from, path, options = {}) {
  const page = await (await from.newContext({ viewport: { width: 1280, height: 800 }, ...options })).newPage();
  page.faults = [];
  page.on('pageerror', fault => page.faults.push(fault.message));
  await page.goto(`${server.url}${path}`);
  return page;
}
const connected = page => page.waitForFunction(() => window.__sylk?.pc?.connectionState === 'connected', null, { timeout: 20_000 });
const source = (page, name, state) => page.waitForFunction(([name, state]) => window.__sylk.state.local.sources[name] === state, [name, state], { timeout: 10_000 });
const hand = (page, name, up) => page.waitForFunction(
  ([name, up]) => Object.values(window.__sylk.room.participants).some(person => person.displayName === name && !!person.handRaisedAt === up), [name, up], { timeout: 10_000 });
const until = (page, name) => page.waitForFunction(pattern => new RegExp(pattern).test(document.activeElement?.getAttribute('aria-label') ?? ''), name, { timeout: 5000 });

let alice;

test('keyboard: from the home page into a meeting', { timeout: 90_000 }, async () => {
  alice = await open(browser, '/?debug=1');
  await alice.getByRole('heading', { level: 1 }).waitFor();
  assert.ok((await round(alice)).length >= 5);
  await tabTo(alice, /^Room name/);
  await alice.keyboard.type('kitchen');
  await alice.keyboard.press('Enter');
  await alice.getByRole('heading', { name: 'Ready to join?' }).waitFor();
  assert.match(await seenFocus(alice), /^Your name/);
  await alice.keyboard.type('Alice');
  await alice.waitForFunction(() => document.querySelector('video')?.videoWidth > 0, null, { timeout: 20_000 });
  assert.ok((await round(alice)).some(name => /^Join$/.test(name)));
  assert.ok((await round(alice, 'Shift+Tab')).some(name => /^Your name/.test(name)));
  await tabTo(alice, /^Join$/);
  await alice.keyboard.press('Enter');
  await connected(alice);
  await alice.getByRole('toolbar').waitFor();
  assert.deepEqual(await people(alice), ['Alice', 'Bob']);
});

test('keyboard: microphone, camera and hand from the bar, by the skip link', { timeout: 90_000 }, async () => {
  await tabTo(alice, /^To the controls$/);
  await alice.keyboard.press('Enter');
  await tabTo(alice, /^Microphone, on$/);
  await alice.keyboard.press('Space');
  await source(alice, 'microphone', 'muted');
  assert.equal(await seenFocus(alice), 'Microphone, off');
  await alice.keyboard.press('Space');
  await source(alice, 'microphone', 'on');
  await tabTo(alice, /^Camera, on$/);
  await alice.keyboard.press('Enter');
  await source(alice, 'camera', 'muted');
  await alice.keyboard.press('Enter');
  await source(alice, 'camera', 'on');
  await tabTo(alice, /^Raise hand$/);
  await alice.keyboard.press('Enter');
  await hand(bob, 'Alice', true);
  assert.equal(await seenFocus(alice), 'Lower hand');
  await alice.keyboard.press('Enter');
  await hand(bob, 'Alice', false);
});

test('keyboard: every panel and menu takes focus in and gives it back', { timeout: 90_000 }, async () => {
  for (const [key, id, title] of [['p', 'people', /^People/], ['t', 'stats', /^Statistics/]]) {
    await tabTo(alice, /^Raise hand$/);
    await alice.keyboard.press(key);
    await alice.locator(`#${id}`).waitFor();
    assert.match(await seenFocus(alice), title);
    await tabTo(alice, /^Close$/);
    await alice.keyboard.press('Escape');
    await alice.locator(`#${id}`).waitFor({ state: 'detached', timeout: 5000 });
    assert.equal(await seenFocus(alice), 'Raise hand');
  }
  await tabTo(alice, /^Statistics$/);
  await alice.keyboard.press('Enter');
  await alice.getByText('Round trip').waitFor({ timeout: 10_000 });
  const way = await round(alice);
  for (const name of [/^To the controls$/, /^Leave$/, /^Copy report$/, /^Alice \(you\)/, /^Bob/]) assert.ok(way.some(found => name.test(found)), `Tab does not come by ${name}: ${way.join(' | ')}`);
  await tabTo(alice, /^Close$/);
  await alice.keyboard.press('Enter');
  await alice.locator('#stats').waitFor({ state: 'detached', timeout: 5000 });
  assert.equal(await seenFocus(alice), 'Statistics');
});

test('keyboard: the device menu, a reaction and the list of keys', { timeout: 90_000 }, async () => {
  await alice.keyboard.press('d');
  await alice.getByRole('menu').waitFor();
  await alice.waitForFunction(() => document.activeElement?.matches('[role^=menuitem]'), null, { timeout: 5000 });
  await seenFocus(alice);
  await alice.keyboard.press('ArrowDown');
  await seenFocus(alice);
  await alice.keyboard.press('Escape');
  await until(alice, '^Choose devices: Microphone');
  await seenFocus(alice);
  await tabTo(alice, /^React$/);
  await alice.keyboard.press('Enter');
  await alice.getByRole('dialog').waitFor();
  await tabTo(alice, /^Applause$/);
  await alice.keyboard.press('Enter');
  await bob.getByText('👏').first().waitFor({ timeout: 5000 });
  await until(alice, '^React$');
  await alice.keyboard.press('?');
  await alice.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await tabTo(alice, /^Single-key shortcuts$/);
  await alice.keyboard.press('Escape');
  await alice.getByRole('dialog').waitFor({ state: 'detached', timeout: 5000 });
  await until(alice, '^React$');
});

test('keyboard: all of the bar backwards, then leaving and home', { timeout: 90_000 }, async () => {
  const back = await round(alice, 'Shift+Tab');
  assert.ok(back.includes('Leave') && back.includes('To the controls'), back.join(' | '));
  await tabTo(alice, /^Leave$/);
  await alice.keyboard.press('Enter');
  await alice.getByRole('heading', { name: 'You left the room' }).waitFor();
  await bob.waitForFunction(() => Object.keys(window.__sylk.room.participants).length === 1, null, { timeout: 10_000 });
  await tabTo(alice, /^Home page$/);
  await alice.keyboard.press('Enter');
  await alice.getByRole('heading', { name: 'Meet in one click.' }).waitFor();
  assert.deepEqual(alice.faults, []);
  await alice.context().close();
});

/** What a finger cannot hit well, and whether the page is wider than the phone. */
const cramped = page => page.evaluate(() => {
  const small = [...document.querySelectorAll('button, a[href], input:not([type=checkbox])')].filter(item => item.checkVisibility() && !item.matches('.skip')).map(item => {
    const { width, height } = item.getBoundingClientRect();
    return { name: item.getAttribute('aria-label') ?? item.textContent, width, height };
  }).filter(item => item.width > 1 && (item.width < 24 || item.height < 24)).map(item => `${item.name} ${item.width}×${item.height}`);
  return [...small, ...(document.documentElement.scrollWidth > innerWidth ? [`page ${document.documentElement.scrollWidth} wide`] : [])];
});

test('phone: a whole meeting by touch at 390 px', { timeout: 120_000 }, async () => {
  const phone = await open(browser, '/?debug=1', { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  const tap = name => phone.getByRole('button', { name, exact: true }).tap();
  const more = async entry => { await tap('More'); await phone.getByRole('menuitem', { name: entry, exact: true }).tap(); };
  const panel = async (entry, id) => {
    await more(entry);
    await phone.locator(`#${id}`).waitFor();
    assert.deepEqual(await cramped(phone), []);
    await phone.locator(`#${id}`).getByRole('button', { name: 'Close' }).tap();
    await phone.locator(`#${id}`).waitFor({ state: 'detached', timeout: 5000 });
  };
  await phone.getByLabel('Room name').tap();
  await phone.keyboard.type('kitchen');
  assert.deepEqual(await cramped(phone), []);
  await tap('Join room');
  await phone.getByLabel('Your name').fill('Carol');
  await phone.waitForFunction(() => document.querySelector('video')?.videoWidth > 0, null, { timeout: 20_000 });
  assert.deepEqual(await cramped(phone), []);
  await tap('Join');
  await connected(phone);
  await bob.waitForFunction(() => [...document.querySelectorAll('video')].some(video => video.videoWidth > 0), null, { timeout: 20_000 });
  assert.deepEqual(await cramped(phone), []);
  await tap('Microphone, on');
  await source(phone, 'microphone', 'muted');
  await tap('Camera, on');
  await source(phone, 'camera', 'muted');
  await tap('Camera, off');
  await source(phone, 'camera', 'on');
  await tap('Microphone, off');
  await source(phone, 'microphone', 'on');
  await more('Raise hand');
  await hand(bob, 'Carol', true);
  await more('Lower hand');
  await hand(bob, 'Carol', false);
  await panel('People', 'people');
  await panel('Statistics', 'stats');
  await panel('Devices', 'devices');
  assert.ok(near(await heardTones(bob), 440), 'Bob does not hear the phone');
  await tap('Leave');
  await phone.getByRole('heading', { name: 'You left the room' }).waitFor();
  await bob.waitForFunction(() => Object.keys(window.__sylk.room.participants).length === 1, null, { timeout: 10_000 });
  assert.deepEqual(phone.faults, []);
  await phone.context().close();
});

/** What Chromium answers a page that asks for a device, as its own settings would have it; it forgets that with the session. */
async function permit(page, setting) {
  const session = page.settings ??= await page.context().newCDPSession(page);
  const { browserContextId } = (await session.send('Target.getTargetInfo')).targetInfo;
  for (const name of ['microphone', 'camera']) await session.send('Browser.setPermission', { permission: { name }, setting, origin: server.url, browserContextId });
}

test('refused by Chromium itself: the page says what to do, and one goes in without devices', { timeout: 90_000 }, async () => {
  const page = await open(asking, '/');
  await permit(page, 'denied');
  await page.goto(`${server.url}/r/kitchen?debug=1`);
  const refusal = page.getByRole('alert').filter({ hasText: 'Access to your camera and microphone is blocked for this page' });
  await refusal.waitFor({ timeout: 15_000 });
  await refusal.getByText('Open the site settings with the icon left of the address.').waitFor();
  assert.equal(await page.evaluate(async () => (await navigator.permissions.query({ name: 'camera' })).state), 'denied');
  await enter(page, 'Dora', false);
  assert.deepEqual(await people(bob), ['Bob', 'Dora']);
  assert.deepEqual(await page.evaluate(() => { const { microphone, camera } = window.__sylk.state.local.sources; return [microphone, camera]; }), ['off', 'off']);
  await page.getByRole('button', { name: 'Microphone, off' }).click();
  await page.getByRole('alert').filter({ hasText: 'Access to your microphone is blocked for this page' }).waitFor({ timeout: 10_000 });
  await permit(page, 'granted');
  await page.getByRole('button', { name: 'Try again' }).click();
  await source(page, 'microphone', 'on');
  await page.getByRole('alert').filter({ hasText: 'is blocked' }).waitFor({ state: 'detached', timeout: 5000 });
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('a closed question, then refused, then allowed in the lobby: each has its words, no reload is needed', { timeout: 90_000 }, async () => {
  const page = await open(asking, '/');
  const again = async setting => {
    await permit(page, setting);
    await page.getByRole('button', { name: 'Try again' }).click();
  };
  await permit(page, 'prompt'); // with nobody to answer Chromium takes its own question for closed
  await page.goto(`${server.url}/r/kitchen?debug=1`);
  await page.getByRole('alert').filter({ hasText: 'The question about your camera and microphone was closed' }).waitFor({ timeout: 15_000 });
  await again('denied');
  await page.getByRole('alert').filter({ hasText: 'Access to your camera and microphone is blocked for this page' }).waitFor({ timeout: 15_000 });
  await again('granted');
  await enter(page, 'Emil');
  assert.equal(await page.getByRole('alert').filter({ hasText: /blocked|closed/ }).count(), 0);
  assert.deepEqual(await page.evaluate(() => { const { microphone, camera } = window.__sylk.state.local.sources; return [microphone, camera]; }), ['on', 'on']);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
