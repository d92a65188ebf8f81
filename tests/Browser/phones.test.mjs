// Phones in the room page, with the real server: a real phone (baresip) in the roster, the ways in that are shown, calling people.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBaresip } from '../Interop/sip/baresip.mjs';
import { findings, narrow, SIZES } from './accessibility.mjs';
import { enter, launch } from './chromium.mjs';
import { tabTo } from './keyboard.mjs';
import { paintDevices } from './painted.mjs';
import { startServer } from './server.mjs';

let server, browser, alice, paula;

before(async () => {
  server = await startServer(['--Media:Shards=1', '--Sip:Enabled=true']);
  browser = await launch(440);
  alice = await open('/r/stand-up?debug=1');
  await enter(alice, 'Alice');
});
after(async () => {
  await paula?.stop();
  await browser?.close();
  await server?.stop();
});

async function open(path) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', fault => page.faults.push(fault.message));
  await page.addInitScript(paintDevices, { seed: 2, title: '' });
  // Whether the server calls anybody is its operator's choice; what the page makes of a yes is to be seen.
  await page.route('**/api/v1/public/config', async route => {
    const reply = await route.fetch();
    const config = await reply.json();
    await route.fulfill({ response: reply, json: { ...config, sip: { ...config.sip, dialOut: true } } });
  });
  await page.goto(`${server.url}${path}`);
  return page;
}
const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' });
const mayDial = (page, dialOut) => page.evaluate(who => window.__sylk.session.store.update(state => ({ ...state, room: { ...state.room, room: { ...state.room.room, features: { ...state.room.room.features, dialOut: who } } } })), dialOut);
const closed = (page, role) => page.getByRole(role).waitFor({ state: 'detached', timeout: 5000 });
/** Where focus comes back to, a moment after a dialog is gone. */
const focusOn = (page, name) => page.waitForFunction(wanted => document.activeElement?.textContent === wanted, name, { timeout: 5000 });
const phoneTile = page => page.getByRole('article', { name: /^Paula, Phone/ });

/** From the people panel, or the menu of a small page. */
async function openDialog(page, entry) {
  if (narrow(page)) {
    await button(page, /^More/).click();
    await page.getByRole('menuitem', { name: entry, exact: true }).click();
  } else {
    await page.keyboard.press('p');
    await page.locator('#people').getByRole('button', { name: entry, exact: true }).click();
  }
  const dialog = page.getByRole('dialog', { name: entry });
  await dialog.waitFor();
  return dialog;
}

async function closeAll(page) {
  await page.keyboard.press('Escape');
  await closed(page, 'dialog');
  if (narrow(page)) return;
  await page.locator('#people').getByRole('button', { name: 'Close' }).click();
  await closed(page, 'complementary');
}

test('S1: a phone that dials the address shown is in the room with its badge, and speaks, and holds', { timeout: 90_000 }, async () => {
  const dialog = await openDialog(alice, 'Invite');
  const address = await dialog.getByLabel('SIP address for phones').inputValue();
  assert.equal(address, `sip:stand-up@127.0.0.1:${server.sipPort}`);
  await closeAll(alice);
  paula = await startBaresip({ name: 'Paula', hertz: 1000, account: 'audio_codecs=opus/48000/2' });
  await paula.dial(address);
  await phoneTile(alice).waitFor({ timeout: 20_000 });
  await alice.waitForFunction(() => document.querySelector('[data-tile][data-speaking][aria-label^="Paula, Phone"]'), null, { timeout: 20_000 });
  await alice.keyboard.press('p');
  const line = alice.locator('#people li').filter({ hasText: 'Paula' });
  assert.match(await line.innerText(), /Paula\s+Phone/);
  await line.getByRole('button', { name: 'Actions for Paula' }).click();
  const reasons = await alice.getByRole('menuitem').allInnerTexts();
  for (const reason of [/Send a message\s+a phone shows no messages/, /Stop video\s+sends no camera/, /Spotlight for everyone\s+sends no picture/]) assert.ok(reasons.some(text => reason.test(text)), `${reason} in ${reasons.join(' | ')}`);
  await alice.keyboard.press('Escape');
  await paula.command('hold');
  await phoneTile(alice).and(alice.getByRole('article', { name: /on hold/ })).waitFor({ timeout: 10_000 });
  await line.getByText('Phone · on hold').waitFor();
  await paula.command('resume');
  await line.getByText('Phone', { exact: true }).waitFor({ timeout: 10_000 });
  await alice.keyboard.press('p');
});

test('B7: the invite dialog has the link, its picture, the address and the words, and gives them by keyboard only', { timeout: 90_000 }, async () => {
  await alice.keyboard.press('p');
  await tabTo(alice, /^Invite$/);
  await alice.keyboard.press('Enter');
  const dialog = alice.getByRole('dialog', { name: 'Invite' });
  await dialog.waitFor();
  const clip = () => alice.evaluate(() => navigator.clipboard.readText());
  await tabTo(alice, /^Copy link$/);
  await alice.keyboard.press('Enter');
  await dialog.getByRole('status').filter({ hasText: 'Copied' }).first().waitFor({ state: 'attached' });
  assert.equal(await clip(), `${server.url}/r/stand-up`);
  await tabTo(alice, /^Copy SIP address$/);
  await alice.keyboard.press('Enter');
  await alice.waitForFunction(async wanted => await navigator.clipboard.readText() === wanted, `sip:stand-up@127.0.0.1:${server.sipPort}`);
  await tabTo(alice, /^Copy text$/);
  await alice.keyboard.press('Enter');
  await alice.waitForFunction(async () => (await navigator.clipboard.readText()).includes('By phone: sip:stand-up@'));
  await tabTo(alice, /^Write e-mail$/);
  assert.match(await dialog.getByRole('link', { name: 'Write e-mail' }).getAttribute('href'), /^mailto:\?subject=Invitation%3A%20stand-up&body=.*r%2Fstand-up/);
  assert.ok(await dialog.getByRole('img', { name: /^QR code of http/ }).evaluate(async image => { await image.decode(); return image.naturalWidth > 0; }));
  assert.equal(await dialog.getByText('No PIN is needed.').count(), 1);
  await alice.keyboard.press('Escape');
  await closed(alice, 'dialog');
  await focusOn(alice, 'Invite');
  await alice.keyboard.press('Escape');
  await closed(alice, 'complementary');
});

test('B7: who may not call people is not offered it', { timeout: 30_000 }, async () => {
  await mayDial(alice, 'nobody');
  await alice.keyboard.press('p');
  await alice.locator('#people').getByRole('button', { name: 'Invite', exact: true }).waitFor();
  assert.equal(await button(alice, 'Call somebody').count(), 0);
  await alice.keyboard.press('Escape');
  await closed(alice, 'complementary');
  await mayDial(alice, 'moderators');
});

test('B7: the dial dialog by keyboard: what is missing, what the server refuses, and each call’s state in words', { timeout: 90_000 }, async () => {
  await alice.keyboard.press('p');
  await tabTo(alice, /^Call somebody$/);
  await alice.keyboard.press('Enter');
  const dialog = alice.getByRole('dialog', { name: 'Call somebody' });
  await dialog.waitFor();
  await alice.keyboard.press('Enter');
  await dialog.getByText('Please type whom to call.').waitFor();
  await alice.keyboard.type('sip:nobody@nowhere.invalid');
  await alice.keyboard.press('Enter');
  const field = dialog.getByRole('textbox', { name: 'SIP address or telephone number' });
  await alice.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true' && document.activeElement.value !== '', null, { timeout: 10_000 });
  assert.equal(await field.inputValue(), 'sip:nobody@nowhere.invalid');
  await tell(alice, { id: 'call_1', state: 'dialing', displayName: 'Bob' });
  await dialog.getByRole('status').filter({ hasText: 'Calling…' }).waitFor();
  await tell(alice, { id: 'call_1', state: 'ringing', displayName: 'Bob' });
  await dialog.getByRole('status').filter({ hasText: 'Ringing…' }).waitFor();
  await tabTo(alice, /^Cancel the call to Bob$/);
  await tell(alice, { id: 'call_1', state: 'ended', displayName: 'Bob', end: { code: 'callee_busy', side: 'them', sip: { status: 486, reason: 'Busy Here' } } });
  await dialog.getByText('bob@example.net · SIP 486 Busy Here').waitFor();
  await dialog.getByRole('status').filter({ hasText: /^Busy$/ }).waitFor();
  await tabTo(alice, /^Call again: Bob$/);
  await alice.keyboard.press('Enter');
  assert.equal(await field.inputValue(), 'bob@example.net');
  await alice.keyboard.press('Escape');
  await closed(alice, 'dialog');
  await focusOn(alice, 'Call somebody');
  await tell(alice, { id: 'call_2', state: 'ringing' });
  await tell(alice, { id: 'call_2', state: 'ended', end: { code: 'callee_declined', side: 'them' } });
  await alice.getByRole('status').filter({ hasText: 'bob@example.net: Declined' }).waitFor();
  await alice.keyboard.press('p');
});

/** The server's word on a call of Alice's. */
const tell = (page, call) => page.evaluate(changed => window.__sylk.session.store.update(state => ({
  ...state, room: { ...state.room, calls: { ...state.room.calls, [changed.id]: { direction: 'out', to: 'sip:bob@example.net', by: state.room.selfId, startedAt: new Date().toISOString(), ...changed } } },
})), call);

test('axe finds nothing serious in the dialogs and beside a phone: three sizes, two themes', { timeout: 180_000 }, async () => {
  const wrong = [];
  const participantId = await alice.evaluate(() => Object.values(window.__sylk.room.participants).find(person => person.kind === 'sip').id);
  await tell(alice, { id: 'call_3', state: 'ringing' });
  await tell(alice, { id: 'call_4', state: 'answered', answeredAt: new Date().toISOString(), displayName: 'Paula', participantId });
  for (const [width, height] of SIZES) {
    await alice.setViewportSize({ width, height });
    for (const entry of ['Invite', 'Call somebody']) {
      const dialog = await openDialog(alice, entry);
      if (entry === 'Call somebody') await dialog.getByText('Joined').waitFor();
      wrong.push(...(await findings(alice)).map(fault => `${entry}: ${fault}`));
      await closeAll(alice);
    }
    wrong.push(...(await findings(alice)).map(fault => `room: ${fault}`));
  }
  assert.deepEqual([wrong, alice.faults], [[], []]);
});
