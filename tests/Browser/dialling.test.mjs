// B7: people are called from the page, and a real phone (baresip) rings, answers, declines, is given up on and hangs up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBaresip } from '../Interop/sip/baresip.mjs';
import { join_, launch } from './chromium.mjs';
import { startServer } from './server.mjs';

let server, browser, alice, paula, dialog;

before(async () => {
  server = await startServer(['--Media:Shards=1', '--Sip:Enabled=true', '--Sip:DialOut:Enabled=true', '--Sip:DialOut:AllowDomains:0=127.0.0.1']);
  browser = await launch(440);
  paula = await startBaresip({ name: 'Paula', hertz: 1000, account: 'audio_codecs=opus/48000/2' });
  alice = await join_(browser, server, 'calling', 'Alice');
  await alice.keyboard.press('p');
  await alice.locator('#people').getByRole('button', { name: 'Call somebody' }).click();
  dialog = alice.getByRole('dialog', { name: 'Call somebody' });
});
after(async () => {
  await paula?.stop();
  await browser?.close();
  await server?.stop();
});

async function dial(address, name = '') {
  await dialog.getByLabel('SIP address or telephone number').fill(address);
  await dialog.getByLabel('Name (optional)').fill(name);
  await dialog.getByRole('button', { name: 'Call', exact: true }).click();
}
const state = words => dialog.getByRole('listitem').first().getByRole('status').filter({ hasText: words }).waitFor({ timeout: 15_000 });
const address = () => `sip:paula@127.0.0.1:${paula.sip}`;

test('answered: it rings, joins under the name given, with its badge, and is hung up from the page', { timeout: 60_000 }, async () => {
  await dial(address(), 'Paula P.');
  await state('Ringing…');
  await paula.command('accept');
  await state('Joined');
  await alice.waitForFunction(() => Object.values(window.__sylk.room.participants).some(person => person.kind === 'sip' && person.displayName === 'Paula P.'), null, { timeout: 10_000 });
  await dialog.getByRole('button', { name: 'Hang up the call to Paula P.' }).click();
  await state('Ended');
  await alice.waitForFunction(() => Object.keys(window.__sylk.room.participants).length === 1, null, { timeout: 10_000 });
});

test('declined, given up on, and hung up by the other end: each in its own words', { timeout: 60_000 }, async () => {
  await dial(address());
  await state('Ringing…');
  await paula.command('hangup');
  await state(/Declined|Busy/);
  assert.match(await dialog.getByRole('listitem').first().innerText(), /SIP (603|486) /);
  await dial(address());
  await state('Ringing…');
  await dialog.getByRole('button', { name: /^Cancel the call to paula/ }).click();
  await state('Cancelled');
  await dial(address());
  await state('Ringing…');
  await paula.command('accept');
  await state('Joined');
  await paula.command('hangup');
  await state('Hung up');
});

test('an address that may not be called is refused in words, beside the field', { timeout: 30_000 }, async () => {
  await dial('sip:bob@elsewhere.example');
  await dialog.getByText(/This address cannot be called/).waitFor();
  assert.deepEqual(alice.faults, []);
});
