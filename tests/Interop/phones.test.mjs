// Real phones (baresip) dial a room through the real server and are heard in it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, firstKey } from '../Browser/admin.mjs';
import { heardTones, join_, launch, near, people } from '../Browser/chromium.mjs';
import { startServer } from '../Browser/server.mjs';
import { startBaresip } from './sip/baresip.mjs';
import { startLinphone } from './sip/linphone.mjs';
import { decibels, levels } from './sip/listening.mjs';

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
let server;
const phones = [];

before(async () => {
  server = await startServer(['--Media:Shards=1', '--Sip:Enabled=true', '--Sip:AllowSdesOverPlain=true', '--Sip:DialOut:Enabled=true', '--Sip:DialOut:AllowDomains:0=127.0.0.1', `--Sip:Sounds=${new URL('../../artifacts/sounds', import.meta.url).pathname}`]);
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
const dial = (caller, room) => caller.call(`sip:${room}@127.0.0.1:${server.sipPort}`);

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
      // While a prompt plays the room is 12 dB lower.
      assert.ok(heard[0][900] > -32 && heard[0][500] < -45 && heard[1][500] > -32 && heard[1][900] < -45, JSON.stringify(heard));
      if (security === 'SDES') assert.match(pair[0].log(), /SRTP is Enabled|srtp: /i);
    });
  }
}

/** Waits until what `ask` gives passes. */
async function until(ask, passes, seconds = 8) {
  let last;
  for (let i = 0; i < seconds * 5; i++, await wait(0.2)) if (passes(last = await ask())) return last;
  assert.fail(`never came: ${JSON.stringify(last)}`);
}

/** Presses keys one after the other (RFC 4733). */
async function press(caller, keys) {
  for (const key of keys) {
    await caller.command('sndcode', key);
    await wait(0.25);
  }
}

test('IT-05: who holds is not heard and hears nothing; resumed, both again; the roster shows it', { timeout: 60_000 }, async () => {
  const [anna, bert] = [await phone({ name: 'Anna', hertz: 600, account: 'audio_codecs=PCMU' }), await phone({ name: 'Bert', hertz: 1100, account: 'audio_codecs=opus/48000/2' })];
  await dial(anna, 'hold');
  await dial(bert, 'hold');
  await wait(3);
  await anna.command('hold');
  await wait(4);
  await anna.command('resume');
  await wait(4);
  await bert.command('hangup');
  await wait(0.5);
  const found = levels(bert.heard().at(-1), [600])[600].map(level => level > 0.03);
  const text = found.map(on => (on ? '1' : '0')).join('');
  assert.match(text, /1{15}.*0{25}.*1{20}/, `Bert heard Anna, by tenths of a second: ${text}`);
  await anna.command('hangup');
});

test('IT-06: a PIN by RFC 4733, wrong and right; *6 mutes and *9 raises the hand, each once', { timeout: 60_000 }, async () => {
  const call = api(server, await firstKey(server));
  assert.equal((await call('POST', '/rooms', { name: 'private', access: { pinMode: 'room', pin: '4711' } })).status, 201);
  const anna = await phone({ name: 'Anna', hertz: 700, account: 'audio_codecs=PCMA' });
  await dial(anna, 'private');
  const people = async () => (await call('GET', '/rooms/private/participants')).body?.items ?? [];
  await wait(1);
  assert.deepEqual(await people(), []);
  await press(anna, '1234#');
  await wait(1);
  assert.deepEqual(await people(), []);
  await press(anna, '4711#');
  await until(people, found => found.length === 1 && found[0].displayName === 'Anna' && found[0].kind === 'sip');
  await wait(1);
  await press(anna, '*6');
  await until(people, ([who]) => who.muted.audio);
  await press(anna, '*9');
  await until(people, ([who]) => who.handRaisedAt);
  await press(anna, '*6');
  await until(people, ([who]) => !who.muted.audio);
  assert.equal((await call('DELETE', `/rooms/private/participants/${(await people())[0].id}`)).status, 204);
  await until(async () => anna.log(), log => /session closed/.test(log));
});

test('blind transfer: a phone has another one called in and leaves; the other one talks on', { timeout: 60_000 }, async () => {
  const [anna, cora] = [await phone({ name: 'Anna', hertz: 600, account: 'audio_codecs=PCMU' }), await phone({ name: 'Cora', hertz: 1500, account: 'audio_codecs=opus/48000/2' })];
  const bert = await phone({ name: 'Bert', hertz: 1100, account: 'audio_codecs=PCMA', answers: true });
  await dial(anna, 'transfer');
  await dial(cora, 'transfer');
  await wait(2);
  await anna.command('transfer', `sip:bert@127.0.0.1:${bert.sip}`);
  await until(async () => anna.log(), log => /terminated \(duration/.test(log));
  await wait(5);
  const [byCora, byBert] = [await heardBy(cora, [600, 1100]), await heardBy(bert, [1500])];
  assert.ok(byCora[1100] > -32 && byCora[600] < -45 && byBert[1500] > -32, JSON.stringify([byCora, byBert]));
});

for (const encryption of ['none', 'srtp', 'dtls']) {
  test(`linphone (${encryption}) and baresip hear each other; linphone pauses and goes on`, { timeout: 60_000 }, async () => {
    const bert = await phone({ name: 'Bert', hertz: 1100, account: 'audio_codecs=PCMU' });
    const lina = await startLinphone({ name: 'Lina', hertz: 650, encryption });
    phones.push(lina);
    const room = `linphone-${encryption}`;
    await dial(bert, room);
    lina.dial(`sip:${room}@127.0.0.1:${server.sipPort}`);
    await wait(6);
    assert.match(lina.log(), /Media streams established|Call.*connected/i, lina.log().slice(-1500));
    lina.say('pause 1');
    await wait(3);
    lina.say('resume 1');
    await wait(4);
    await bert.command('hangup');
    await lina.stop();
    const byBert = levels(bert.heard().at(-1), [650])[650].map(level => (level > 0.03 ? '1' : '0')).join('');
    assert.match(byBert, /1{20}.*0{20}.*1{20}/, `Bert heard Lina, by tenths of a second: ${byBert}`);
    const byLina = levels(lina.recording, [1100]); // it records both directions, so its own tone is in there too
    assert.ok(byLina[1100].filter(level => level > 0.03).length >= 40, `Lina heard Bert: ${byLina[1100].map(level => (level > 0.03 ? '1' : '0')).join('')}`);
  });
}

test('IT-14: MESSAGE of baresip and linphonec is chat of the room they are in, and strangers are refused', { timeout: 60_000 }, async () => {
  const own = await startServer(['--Media:Shards=1', '--Sip:Enabled=true', '--Sip:Udp=5060', '--Sip:Tcp=5060']); // linphone's chat forgets ports
  phones.push(own);
  const room = 'sip:chatting@127.0.0.1';
  const call = api(own, await firstKey(own));
  const anna = await phone({ name: 'Anna', hertz: 500, account: 'audio_codecs=PCMU', contact: room });
  const stranger = await phone({ name: 'Eve', hertz: 500, account: 'audio_codecs=PCMU', contact: room });
  const lina = await startLinphone({ name: 'Lina', hertz: 650 });
  phones.push(lina);
  await anna.call(room);
  lina.dial(room);
  const lines = async () => (await call('GET', '/rooms/chatting/messages')).body?.items ?? [];
  await until(async () => (await call('GET', '/rooms/chatting/participants')).body?.items ?? [], found => found.length === 2);
  await wait(1);
  for (const one of [anna, stranger]) {
    await one.command('contact_next');
    await one.command('message', `hello from ${one.name}`);
  }
  lina.say(`chat ${room} hello from Lina`);
  const said = await until(lines, found => found.length >= 2);
  assert.deepEqual(said.map(line => [line.from.displayName, line.content]).sort(), [['Anna', 'hello from Anna'], ['Lina', 'hello from Lina']]);
  assert.equal((await call('POST', '/rooms/chatting/messages', { content: 'good morning', as: 'Desk' })).status, 201);
  assert.equal((await lines()).length, 3);
});
