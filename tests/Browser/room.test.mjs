// People meet in a room through the real server, in real Chromium.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { counters, decodedPerSecond, enter, heardTones, inbound, join_, launch, near, people, seenColour } from './chromium.mjs';
import { startServer } from './server.mjs';

let server, alicesBrowser, bobsBrowser, alice, bob;

before(async () => {
  server = await startServer();
  alicesBrowser = await launch(440);
  bobsBrowser = await launch(1000);
});

after(async () => {
  await alicesBrowser?.close();
  await bobsBrowser?.close();
  await server?.stop();
});

test('B1 two people join by link and see each other at 15 frames a second or more', { timeout: 90_000 }, async () => {
  alice = await join_(alicesBrowser, server, 'meeting', 'Alice');
  bob = await join_(bobsBrowser, server, 'meeting', 'Bob');
  await bob.waitForTimeout(3000);
  for (const page of [alice, bob]) {
    const rate = await decodedPerSecond(page);
    assert.ok(rate >= 15, `decoded ${rate} frames a second`);
    const [red, green, blue] = await seenColour(page);
    assert.ok(green > 80 && green > red + 40 && green > blue + 40, `the picture is ${red},${green},${blue}, not the green of the fake camera`);
  }
});

test('each hears the other\'s tone and not its own', { timeout: 60_000 }, async () => {
  const [byAlice, byBob] = [await heardTones(alice), await heardTones(bob)];
  assert.ok(near(byAlice, 1000) && !near(byAlice, 440), `Alice heard ${byAlice}`);
  assert.ok(near(byBob, 440) && !near(byBob, 1000), `Bob heard ${byBob}`);
});

test('the media is protected with AES-GCM', async () => {
  const cipher = await alice.evaluate(async () => [...(await window.__sylk.pc.getStats()).values()].find(item => item.type === 'transport').srtpCipher);
  assert.equal(cipher, 'SRTP_AEAD_AES_128_GCM');
});

test('a third without devices sees and hears both; nobody renegotiates because of others', { timeout: 90_000 }, async () => {
  const carol = await join_(bobsBrowser, server, 'meeting', 'Carol', { devices: false });
  await carol.waitForTimeout(5000);
  const streams = await inbound(carol);
  assert.equal(streams.filter(item => item.kind === 'video' && item.frames > 10).length, 2);
  assert.equal(streams.filter(item => item.kind === 'audio').length, 2);
  assert.deepEqual(await people(alice), ['Alice', 'Bob', 'Carol']);
  await carol.context().close();
  await alice.waitForFunction(() => Object.keys(window.__sylk.room.participants).length === 2, null, { timeout: 45_000 });
  for (const page of [alice, bob]) {
    const { offers, renegotiationsByOthers } = await counters(page);
    assert.deepEqual({ offers, renegotiationsByOthers }, { offers: 1, renegotiationsByOthers: 0 });
  }
});

test('one reloads and is back in the call', { timeout: 90_000 }, async () => {
  await bob.reload();
  await enter(bob, 'Bob');
  await alice.waitForTimeout(4000);
  assert.ok(await decodedPerSecond(alice) >= 15);
  assert.ok(await decodedPerSecond(bob) >= 15);
});

test('B13 leaving is seen at once, and no page had a fault', { timeout: 60_000 }, async () => {
  await bob.getByRole('button', { name: /^leave/i }).first().click();
  await alice.waitForFunction(() => !Object.values(window.__sylk.room.participants).some(person => person.displayName === 'Bob' && person.state === 'active'), null, { timeout: 10_000 });
  assert.deepEqual([...alice.faults, ...bob.faults], []);
});
