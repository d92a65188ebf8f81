// A real phone with ICE (baresip) and the real server: answered as lite and as full agent, and called with an offer of ours. Run inside
// tests/in-namespace.sh: baresip's ICE does not offer 127.0.0.1.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { api as apiOf, firstKey } from '../Browser/admin.mjs';
import { startServer } from '../Browser/server.mjs';
import { startBaresip } from './sip/baresip.mjs';
import { decibels } from './sip/listening.mjs';

const address = '10.77.0.1', tones = [440, 1000];
const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
const running = [];
const keep = started => { running.push(started); return started; };

after(async () => { await Promise.all(running.map(one => one.stop())); });

const start = async (...settings) => keep(await startServer([
  '--Media:Shards=1', '--Sip:Enabled=true', `--Sip:Address=${address}`, '--Sip:AllowedNetworks:0=10.77.0.0/24', '--Sip:DialOut:Enabled=true',
  `--Sip:DialOut:AllowDomains:0=${address}`, `--Sip:Sounds=${new URL('../../artifacts/sounds', import.meta.url).pathname}`, ...settings,
]));
const phone = async (name, hertz, security = '', answers = false) =>
  keep(await startBaresip({ name, hertz, host: address, answers, account: `medianat=ice;audio_codecs=PCMU${security}` }));

/** What went over the wire for a call, with its descriptions. */
async function capture(server, key, call) {
  const reply = await fetch(`${server.url}/api/v1/calls/${call}/trace.pcap`, { headers: { Authorization: `Bearer ${key}` } });
  assert.equal(reply.status, 200);
  const text = Buffer.from(await reply.arrayBuffer()).toString('latin1');
  assert.match(text, /a=ice-ufrag/);
  return text;
}

/** That both hear the other one's tone, and that checks of both ends came through. */
async function talk(two) {
  await wait(6);
  for (const one of two) assert.match(one.log(), /connectivity check is complete/, one.log().slice(-1500));
  for (const one of two) await one.command('hangup');
  await wait(0.5);
  for (const [i, one] of two.entries()) {
    const heard = decibels(one.heard().at(-1), tones, { from: -4, to: -0.5 });
    assert.ok(heard[tones[1 - i]] > -20 && heard[tones[i]] < -45, `${one.name} hears ${JSON.stringify(heard)}`);
  }
}

for (const [role, settings] of [['lite', []], ['full', ['--Sip:IceFull=true']]]) {
  for (const [kind, security] of [['plain', ''], ['DTLS-SRTP', ';mediaenc=dtls_srtp']]) {
    test(`baresip with ICE, ${kind}, is answered by a ${role} agent; two of them hear each other`, { timeout: 60_000 }, async () => {
      const server = await start(...settings);
      const two = [await phone('Anna', tones[0], security), await phone('Bert', tones[1], security)];
      const key = await firstKey(server);
      const api = apiOf(server, key);
      for (const one of two) await one.call(`sip:ice@${address}:${server.sipPort}`);
      for (const { id } of (await api('GET', '/calls')).body.items) assert.equal((await capture(server, key, id)).includes('a=ice-lite'), role === 'lite');
      await talk(two);
      await server.stop();
      running.splice(running.indexOf(server), 1);
    });
  }
}

test('a room calls a phone with ICE: our offer is taken, we control, and both ends are heard', { timeout: 60_000 }, async () => {
  const server = await start();
  const api = apiOf(server, await firstKey(server));
  const [anna, bert] = [await phone('Anna', tones[0]), await phone('Bert', tones[1], '', true)];
  await anna.call(`sip:ring@${address}:${server.sipPort}`);
  const placed = await api('POST', '/rooms/ring/calls', { address: `sip:bert@${address}:${bert.sip}` });
  assert.ok(placed.status < 300, JSON.stringify(placed));
  for (let i = 0; i < 50 && !/Call established/.test(bert.log()); i++) await wait(0.1);
  await talk([anna, bert]);
});
