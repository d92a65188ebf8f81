// The way to the server's signalling breaks for a while, then all of it, and ICE is restarted. Others see neither a leave nor a join (B8).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { counters, heardTones, inbound, join_, launch, near, people } from './chromium.mjs';
import { startProxy } from './proxy.mjs';
import { startRelay, through } from './relay.mjs';
import { startServer } from './server.mjs';

let server, proxy, relay, browsers, alice, bob;

const roster = page => page.evaluate(() => Object.keys(window.__sylk.room.participants).sort());
const videoFrames = async page => Math.max(0, ...(await inbound(page)).filter(item => item.kind === 'video').map(item => item.frames));
/** In one of four windows: a loaded machine may starve one. */
const hears = async (page, tone) => {
  for (let i = 0; i < 4; i++) if (near(await heardTones(page), tone)) return true;
  return false;
};
/** Who is in the room according to the page, noted at every change. */
const watchRoster = page => page.evaluate(() => {
  window.__rosters = [];
  window.__sylk.session.store.subscribe(state => Object.keys(state.room.participants).length, count => window.__rosters.push(count));
});

before(async () => {
  server = await startServer();
  proxy = await startProxy(Number(new URL(server.url).port));
  relay = await startRelay(server.mediaPort, 1, 0, 0);
  browsers = [await launch(440), await launch(1000)];
  bob = await join_(browsers[1], server, 'cable', 'Bob');
  alice = await join_(browsers[0], { url: proxy.url }, 'cable', 'Alice', { script: through(relay.port) });
  for (const page of [alice, bob]) await page.waitForFunction(() => [...document.querySelectorAll('video')].filter(video => video.videoWidth > 0).length >= 2, null, { timeout: 20_000 });
});

after(async () => {
  for (const browser of browsers ?? []) await browser.close();
  proxy?.stop();
  await relay?.stop();
  await server?.stop();
});

test('B8 signalling breaks for four seconds: media goes on, the page says so and recovers, nobody sees a leave', { timeout: 90_000 }, async () => {
  const before = await roster(bob);
  await watchRoster(bob);
  proxy.cut();
  await alice.getByText('Reconnecting…').first().waitFor({ timeout: 10_000 });
  const frames = [await videoFrames(alice), await videoFrames(bob)];
  await alice.waitForTimeout(4000);
  const later = [await videoFrames(alice), await videoFrames(bob)];
  assert.ok(later.every((count, i) => count > frames[i] + 30), `frames went from ${frames} to ${later}`);
  proxy.mend();
  await alice.getByText('Reconnecting…').first().waitFor({ state: 'detached', timeout: 20_000 });
  assert.deepEqual(await roster(bob), before);
  assert.deepEqual(await people(alice), ['Alice', 'Bob']);
  assert.ok((await bob.evaluate(() => window.__rosters)).every(count => count === 2));
});

test('B8 what was said while signalling was away has arrived afterwards', { timeout: 60_000 }, async () => {
  proxy.cut();
  await alice.getByText('Reconnecting…').first().waitFor({ timeout: 10_000 });
  await bob.getByRole('button', { name: 'Raise hand' }).click();
  proxy.mend();
  await alice.waitForFunction(() => Object.values(window.__sylk.room.participants).some(person => person.displayName === 'Bob' && person.handRaisedAt), null, { timeout: 20_000 });
});

test('B8 nothing gets through for ten seconds, neither signalling nor media: both come back by themselves, nobody sees a leave', { timeout: 120_000 }, async () => {
  const before = await roster(bob);
  await watchRoster(bob);
  proxy.cut();
  relay.cutOrMend();
  await alice.getByText('Reconnecting…').first().waitFor({ timeout: 10_000 });
  const frames = [await videoFrames(alice), await videoFrames(bob)];
  await alice.waitForTimeout(10_000);
  const meanwhile = [await videoFrames(alice), await videoFrames(bob)];
  assert.ok(meanwhile.every((count, i) => count <= frames[i] + 15), `pictures went through a cut network: ${frames} then ${meanwhile}`);
  proxy.mend();
  relay.cutOrMend();
  await alice.getByText('Reconnecting…').first().waitFor({ state: 'detached', timeout: 20_000 });
  const mended = [await videoFrames(alice), await videoFrames(bob)];
  await alice.waitForTimeout(4000);
  const later = [await videoFrames(alice), await videoFrames(bob)];
  assert.ok(later.every((count, i) => count > mended[i] + 30), `frames went from ${mended} to ${later}`);
  assert.ok(await hears(alice, 1000) && await hears(bob, 440), 'a voice is missing');
  assert.deepEqual(await roster(bob), before);
  assert.deepEqual(await people(alice), ['Alice', 'Bob']);
  assert.ok((await bob.evaluate(() => window.__rosters)).every(count => count === 2));
});

test('B8 an ICE restart keeps the connection and the picture', { timeout: 90_000 }, async () => {
  const { offers } = await counters(alice);
  await alice.evaluate(() => window.__sylk.session.link.renegotiate('iceRestart', true));
  await alice.waitForFunction(before => window.__sylk.counters.offers > before && window.__sylk.pc.connectionState === 'connected', offers, { timeout: 20_000 });
  const frames = await videoFrames(bob);
  await bob.waitForTimeout(3000);
  assert.ok(await videoFrames(bob) > frames + 30, 'Bob\'s picture of Alice stands still');
  assert.deepEqual([...alice.faults, ...bob.faults], []);
});
