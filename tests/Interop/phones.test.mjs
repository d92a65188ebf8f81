// Real phones (baresip) dial a room through the real server and are heard in it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { heardTones, join_, launch, near, people } from '../Browser/chromium.mjs';
import { startServer } from '../Browser/server.mjs';
import { startBaresip } from './sip/baresip.mjs';
import { decibels } from './sip/listening.mjs';

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
let server;
const phones = [];

before(async () => {
  server = await startServer(['--Media:Shards=1', '--Sip:Enabled=true', '--Sip:AllowSdesOverPlain=true', `--Sip:Sounds=${new URL('../../artifacts/sounds', import.meta.url).pathname}`]);
});
after(async () => {
  await Promise.all(phones.map(phone => phone.stop()));
  await server?.stop();
});

async function phone(options) {
  const started = await startBaresip(options);
  phones.push(started);
  return started;
}

/** Calls the room and waits until the call is up. */
async function dial(caller, room) {
  await caller.dial(`sip:${room}@127.0.0.1:${server.sipPort}`);
  for (let i = 0; i < 50 && !/Call established/.test(caller.log()); i++) await wait(0.1);
  assert.match(caller.log(), /Call established/, `${caller.name}: ${caller.log().slice(-1500)}`);
}

/** Hangs up, so that the recording is whole, and measures what was heard in its last seconds but one. */
async function heardBy(listener, tones) {
  await listener.command('hangup');
  await wait(0.5);
  return decibels(listener.heard().at(-1), tones, { from: -4, to: -0.5 });
}

test('IT-02: three phones with Opus, G.722 and PCMA hear each other at the same level, and not themselves', { timeout: 60_000 }, async () => {
  const tones = [440, 1000, 1700];
  const three = [
    await phone({ name: 'Anna', hertz: 440, account: 'audio_codecs=opus/48000/2' }),
    await phone({ name: 'Bert', hertz: 1000, account: 'audio_codecs=G722/16000/1' }),
    await phone({ name: 'Cora', hertz: 1700, account: 'audio_codecs=PCMA' }),
  ];
  for (const one of three) await dial(one, 'mix');
  await wait(9);
  for (const [i, one] of three.entries()) {
    const heard = await heardBy(one, tones);
    const own = heard[tones[i]], others = tones.filter((_, j) => j !== i).map(hertz => heard[hertz]);
    assert.ok(own <= -45, `${one.name} hears itself at ${own} dB`);
    assert.ok(others.every(level => level > -20), `${one.name} hears the others at ${others} dB`);
    assert.ok(Math.abs(others[0] - others[1]) <= 1.5, `${one.name} hears one louder than the other: ${others} dB`);
  }
});

test('IT-04: two people in Chromium and a phone are in one roster and hear each other by their tones', { timeout: 90_000 }, async () => {
  const browsers = [await launch(620), await launch(880)];
  try {
    const alice = await join_(browsers[0], server, 'mixed', 'Alice');
    const bob = await join_(browsers[1], server, 'mixed', 'Bob');
    const paula = await phone({ name: 'Paula', hertz: 1300, account: 'audio_codecs=opus/48000/2' });
    await dial(paula, 'mixed');
    await alice.waitForFunction(() => Object.keys(window.__sylk.room.participants).length === 3, null, { timeout: 15_000 });
    assert.deepEqual(await people(alice), ['Alice', 'Bob', 'Paula']);
    await wait(6);
    const [byAlice, byBob] = [await heardTones(alice), await heardTones(bob)];
    assert.ok(near(byAlice, 880) && near(byAlice, 1300) && !near(byAlice, 620), `Alice heard ${byAlice}`);
    assert.ok(near(byBob, 620) && near(byBob, 1300) && !near(byBob, 880), `Bob heard ${byBob}`);
    const heard = await heardBy(paula, [620, 880, 1300]); // browsers turn steady tones down
    assert.ok(heard[620] > -35 && heard[880] > -35 && heard[1300] < -45, `Paula heard ${JSON.stringify(heard)}`);
    await alice.waitForFunction(() => Object.keys(window.__sylk.room.participants).length === 2, null, { timeout: 15_000 });
  } finally {
    for (const browser of browsers) await browser.close();
  }
});

for (const codec of ['opus/48000/2', 'G722/16000/1', 'PCMU', 'PCMA']) {
  for (const [security, account] of [['plain', ''], ['SDES', ';mediaenc=srtp-mand'], ['DTLS-SRTP', ';mediaenc=dtls_srtp']]) {
    test(`IT-03: ${codec} ${security}: two phones hear each other`, { timeout: 40_000 }, async () => {
      const pair = [
        await phone({ name: 'One', hertz: 500, account: `audio_codecs=${codec}${account}` }),
        await phone({ name: 'Two', hertz: 900, account: `audio_codecs=${codec}${account}` }),
      ];
      const room = `matrix-${codec.split('/')[0].toLowerCase()}-${security.toLowerCase()}`;
      for (const one of pair) await dial(one, room);
      await wait(5.5);
      const heard = [await heardBy(pair[0], [500, 900]), await heardBy(pair[1], [500, 900])];
      assert.ok(heard[0][900] > -20 && heard[0][500] < -45 && heard[1][500] > -20 && heard[1][900] < -45, JSON.stringify(heard));
      if (security === 'SDES') assert.match(pair[0].log(), /SRTP is Enabled|srtp: /i);
    });
  }
}
