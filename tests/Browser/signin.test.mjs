// People sign in with the account of their organisation (product §9), in Chromium against a provider over real HTTP.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './accessibility.mjs';
import { watch } from './admin.mjs';
import { enter, launch } from './chromium.mjs';
import { startProvider } from './provider.mjs';
import { startServer } from './server.mjs';

let server, browser, provider;
const person = { sub: '248289761001', name: 'Jane Doe', email: 'jane@example.org', email_verified: true, groups: ['staff'] };

before(async () => {
  provider = await startProvider(person);
  server = await startServer([
    '--Media:Shards=1', `--Auth:Oidc:Authority=${provider.authority}`, '--Auth:Oidc:ClientId=sylk', '--Auth:Oidc:AdminClaim=groups', '--Auth:Oidc:AdminValues:0=operators', '--Rooms:AutoCreate=signedIn',
  ]);
  browser = await launch(440);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await provider?.stop();
});

const open = async path => {
  const page = await browser.newContext().then(context => context.newPage());
  watch(page);
  await page.goto(`${server.url}${path}`);
  return page;
};
const yes = page => page.getByRole('link', { name: 'Yes, it is me' }).click();

test('a guest opens no room where only people who signed in may', { timeout: 60_000 }, async () => {
  const guest = await open('/r/staff?debug=1');
  await guest.getByLabel(/your name/i).fill('Guest');
  await guest.getByRole('button', { name: /join without devices/i }).click();
  await guest.getByRole('heading', { name: 'You need an invitation' }).waitFor({ timeout: 15_000 });
  await guest.context().close();
});

test('somebody signs in, opens a room under their own name, and signs out', { timeout: 60_000 }, async () => {
  const page = await open('/');
  assert.deepEqual(await findings(page), []);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await yes(page);
  await page.getByText('Jane Doe').waitFor();
  assert.deepEqual(await findings(page), []);
  await page.goto(`${server.url}/r/staff?debug=1`);
  await page.waitForFunction(() => document.querySelector('input')?.value === 'Jane Doe');
  await enter(page, 'Jane Doe', false);
  assert.equal(await page.evaluate(() => window.__sylk.room.participants[window.__sylk.room.selfId].identity), 'jane@example.org');
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('the operator’s page: a member is told so, an administrator is in', { timeout: 60_000 }, async () => {
  const page = await open('/admin');
  await page.getByRole('link', { name: 'Sign in with your account' }).click();
  await yes(page);
  await page.getByText('Jane Doe is signed in, but may not administer this server.').waitFor();
  assert.deepEqual(await findings(page), []);
  person.groups.push('operators');
  await page.getByRole('link', { name: 'Sign in with your account' }).click();
  await yes(page);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('a sign-in that fails says so and lets one try again', { timeout: 60_000 }, async () => {
  const page = await open('/admin#signin=failed');
  await page.getByText('The sign-in did not work out. Try again.').waitFor();
  await page.getByRole('link', { name: 'Sign in with your account' }).waitFor();
  await page.context().close();
});
