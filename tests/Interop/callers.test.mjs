// More phones than have tracks of their own (Sip:OwnTracks): real phones (baresip) and a page in Chromium, which gets them as one track.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { heardTones, join_, launch, near } from '../Browser/chromium.mjs';
import { startServer } from '../Browser/server.mjs';
import { startBaresip } from './sip/baresip.mjs';
import { decibels } from './sip/listening.mjs';

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
const tones = [500, 900, 1300];
const phones = [];
let server, browser;

before(async () => {
  server = await startServer(['--Media:Shards=1', '--Sip:Enabled=true', '--Sip:OwnTracks=2', `--Sip:Sounds=${new URL('../../artifacts/sounds', import.meta.url).pathname}`]);
  browser = await launch(700);
});
after(async () => {
  await Promise.all(phones.map(phone => phone.stop()));
  await browser?.close();
  await server?.stop();
});

/** How many streams of sound come in to the page in two seconds. */
const streams = page => page.evaluate(async () => {
  const read = async () => {
    const found = new Map();
    (await window.__sylk.pc.getStats()).forEach(item => { if (item.type === 'inbound-rtp' && item.kind === 'audio') found.set(item.mid, item.bytesReceived - 12 * item.packetsReceived); });
    return found;
  };
  const before = await read();
  await new Promise(resolve => setTimeout(resolve, 2000));
  return [...await read()].filter(([mid, bytes]) => bytes - (before.get(mid) ?? 0) > 1000).length;
});

test('three phones where two may have tracks of their own: one stream has all three tones, phones hear each other, and a muted one is gone from it', { timeout: 120_000 }, async () => {
  const alice = await join_(browser, server, 'many', 'Alice');
  for (const [i, hertz] of tones.entries()) {
    const one = await startBaresip({ name: ['Anna', 'Bert', 'Cora'][i], hertz, account: 'audio_codecs=opus/48000/2' });
    phones.push(one);
    await one.call(`sip:many@127.0.0.1:${server.sipPort}`);
  }

  await alice.waitForFunction(() => Object.keys(window.__sylk.room.participants).length === 4, null, { timeout: 15_000 });
  await wait(9); // prompts, and the voices change over
  const heard = await heardTones(alice, 3);
  assert.ok(tones.every(hertz => near(heard, hertz)), `Alice heard ${heard}`);
  assert.equal(await streams(alice), 1);

  // Alice was first and moderates.
  await alice.evaluate(() => {
    const cora = Object.values(window.__sylk.room.participants).find(one => one.displayName === 'Cora');
    return window.__sylk.session.invoke('Mute', { participantId: cora.id, source: 'microphone' });
  });
  await wait(4);
  const without = await heardTones(alice, 3);
  assert.ok(near(without, 500) && near(without, 900) && !near(without, 1300), `Alice heard ${without}`);
  await phones[0].command('hangup');
  await wait(0.5);
  const levels = decibels(phones[0].heard().at(-1), tones, { from: -3, to: -0.5 });
  assert.ok(levels[900] > -25 && levels[500] < -45 && levels[1300] < -45, JSON.stringify(levels));
});
