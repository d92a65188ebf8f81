// Firefox and Chromium in one room, through the real server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { counters, decodedPerSecond, heardTones, join_, launch, near, people, seenColour } from './chromium.mjs';
import { joinWithFirefox, launchFirefox, recordedTones, smallCamera } from './firefox.mjs';
import { startServer } from './server.mjs';

let server, chromium, firefox, alice, fiona;

before(async () => {
  server = await startServer();
  chromium = await launch(1000);
  firefox = await launchFirefox(600);
});

after(async () => {
  await chromium?.close();
  await firefox?.close();
  await server?.stop();
});

test('Firefox and Chromium see each other at 15 frames a second or more', { timeout: 120_000 }, async () => {
  alice = await join_(chromium, server, 'foxes', 'Alice', { script: smallCamera });
  fiona = await joinWithFirefox(firefox, server, 'foxes', 'Fiona');
  await alice.waitForTimeout(3000);
  const [byAlice, byFiona] = [await decodedPerSecond(alice), await decodedPerSecond(fiona)];
  assert.ok(byAlice >= 15, `Chromium decoded ${byAlice} frames a second`);
  assert.ok(byFiona >= 15, `Firefox decoded ${byFiona} frames a second`);
  const [red, green, blue] = await seenColour(fiona);
  assert.ok(green > 80 && green > red + 40 && green > blue + 40, `Firefox sees ${red},${green},${blue}, not the green of Chromium's fake camera`);
  const [foxRed, foxGreen, foxBlue] = await seenColour(alice);
  assert.ok(foxBlue > 150 && foxBlue > foxGreen + 50, `Chromium sees ${foxRed},${foxGreen},${foxBlue}, not the blue of Firefox's fake camera`);
});

test('each hears the other\'s tone and not its own', { timeout: 60_000 }, async () => {
  const [byAlice, byFiona] = [await heardTones(alice), await recordedTones(fiona)];
  assert.ok(near(byAlice, 600) && !near(byAlice, 1000), `Alice in Chromium heard ${byAlice}`);
  assert.ok(near(byFiona, 1000) && !near(byFiona, 600), `Fiona in Firefox heard ${byFiona}`);
});

test('others coming and going renegotiate nothing in Firefox, and its page has no fault', { timeout: 90_000 }, async () => {
  const carol = await join_(chromium, server, 'foxes', 'Carol', { devices: false });
  await fiona.waitForFunction(() => Object.keys(window.__sylk.room.participants).length === 3, { timeout: 20_000 });
  assert.deepEqual(await people(fiona), ['Alice', 'Carol', 'Fiona']);
  await carol.getByRole('button', { name: /^leave/i }).first().click();
  await fiona.waitForFunction(() => Object.keys(window.__sylk.room.participants).length === 2, { timeout: 20_000 });
  const { offers, renegotiationsByOthers } = await counters(fiona);
  assert.deepEqual({ offers, renegotiationsByOthers }, { offers: 1, renegotiationsByOthers: 0 });
  assert.deepEqual(fiona.faults, []);
});
