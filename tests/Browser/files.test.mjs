// People share files through the real server (B6): by button and by dropping, with progress, for late joiners, never opened in the page.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { openChat } from './chat.mjs';
import { join_, launch } from './chromium.mjs';
import { startServer } from './server.mjs';

let server, browser, alice, bob;
const big = Buffer.alloc(9 * 1024 * 1024 + 17, 'sylk conference ');
const digest = bytes => createHash('sha256').update(bytes).digest('hex');

before(async () => {
  server = await startServer();
  browser = await launch(440);
  alice = await join_(browser, server, 'desk', 'Alice', { devices: false });
  bob = await join_(browser, server, 'desk', 'Bob', { devices: false });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const filesTab = async page => {
  await openChat(page);
  await page.getByRole('tab', { name: /^Files/ }).click();
};
async function download(page, name) {
  const [got] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).first().click()]);
  return { name: got.suggestedFilename(), bytes: await readFile(await got.path()) };
}

test('B6 a file of several pieces goes by the button, with progress, and comes out the same', { timeout: 120_000 }, async () => {
  await filesTab(alice);
  await alice.evaluate(() => {
    window.__progress = [];
    window.__sylk.session.store.subscribe(state => state.uploads, uploads => { if (uploads[0]) window.__progress.push(uploads[0].sent); });
  });
  await alice.locator('[data-share-file]').first().setInputFiles({ name: 'minutes.bin', mimeType: 'application/octet-stream', buffer: big });
  await filesTab(bob);
  await bob.getByRole('link', { name: 'minutes.bin' }).first().waitFor({ timeout: 30_000 });
  const progress = await alice.evaluate(() => window.__progress);
  assert.ok(progress.length > 2 && progress.every((sent, i) => i === 0 || sent >= progress[i - 1]), `progress ${progress}`);
  const got = await download(bob, 'minutes.bin');
  assert.deepEqual([got.name, digest(got.bytes)], ['minutes.bin', digest(big)]);
});

test('B6 a file dropped anywhere on the page is shared', { timeout: 60_000 }, async () => {
  const drag = (page, type) => page.evaluate(name => {
    const data = new DataTransfer();
    data.items.add(new File(['<script>document.title = "ran"</script>'], 'page.html', { type: 'text/html' }));
    document.querySelector('#stage').dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data }));
  }, type);
  await drag(bob, 'dragenter');
  await bob.getByText('Drop files to share them with everyone').waitFor();
  await drag(bob, 'drop');
  await alice.getByRole('link', { name: 'page.html' }).first().waitFor({ timeout: 15_000 });
  assert.equal(await bob.getByText('Drop files to share them with everyone').count(), 0);
});

test('TF-02 nothing that was shared is opened by the page or the browser', { timeout: 60_000 }, async () => {
  const url = await alice.getByRole('link', { name: 'page.html' }).first().getAttribute('href');
  const reply = await fetch(url);
  assert.match(reply.headers.get('content-disposition') ?? '', /^attachment/);
  assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
  const got = await download(alice, 'page.html');
  assert.equal(String(got.bytes), '<script>document.title = "ran"</script>');
  assert.equal(await alice.locator('#chat img, #chat iframe, #chat video, #chat object').count(), 0);
  assert.notEqual(await alice.title(), 'ran');
});

test('late joiners have the files, in the talk and in their tab', { timeout: 60_000 }, async () => {
  const carol = await join_(browser, server, 'desk', 'Carol', { devices: false });
  await openChat(carol);
  assert.deepEqual(await carol.locator('#chat [data-file] a').allInnerTexts(), ['minutes.bin', 'page.html']);
  await filesTab(carol);
  assert.equal(digest((await download(carol, 'minutes.bin')).bytes), digest(big));
  await carol.context().close();
});

test('an upload is paused, goes on, and another is taken back', { timeout: 120_000 }, async () => {
  const slow = await alice.context().newCDPSession(alice);
  await slow.send('Network.enable');
  const throttle = bytesPerSecond => slow.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond });
  await throttle(600_000);
  await alice.locator('[data-share-file]').first().setInputFiles([{ name: 'slow.bin', mimeType: '', buffer: big }, { name: 'never.bin', mimeType: '', buffer: big }]);
  await alice.getByRole('button', { name: 'Cancel never.bin' }).click();
  await alice.waitForFunction(() => window.__sylk.session.store.snapshot.uploads[0]?.sent > 100_000, null, { timeout: 20_000 });
  await alice.getByRole('button', { name: 'Pause slow.bin' }).click();
  await alice.getByText(/^Paused/).waitFor();
  await throttle(-1);
  assert.equal(await bob.getByRole('link', { name: 'slow.bin' }).count(), 0);
  await alice.getByRole('button', { name: 'Go on with slow.bin' }).click();
  await bob.getByRole('link', { name: 'slow.bin' }).first().waitFor({ timeout: 30_000 });
  assert.equal(digest((await download(bob, 'slow.bin')).bytes), digest(big));
  assert.equal(await bob.getByRole('link', { name: 'never.bin' }).count(), 0);
});

test('who shared it can take it away from everyone', { timeout: 60_000 }, async () => {
  const href = await bob.getByRole('link', { name: 'page.html' }).first().getAttribute('href');
  await bob.getByRole('button', { name: 'Remove page.html' }).first().click();
  await bob.getByRole('alertdialog', { name: 'Remove page.html?' }).getByRole('button', { name: 'Remove' }).click();
  await alice.getByRole('link', { name: 'page.html' }).first().waitFor({ state: 'detached', timeout: 10_000 });
  assert.ok((await fetch(href)).status >= 400);
  assert.deepEqual([...alice.faults, ...bob.faults], []);
});
