// Real phones with accounts: they register, prove who they are, call and are called; an operator's proxy in front of us.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api as apiOf, firstKey } from '../Browser/admin.mjs';
import { freePort } from '../Browser/ports.mjs';
import { startServer } from '../Browser/server.mjs';
import { startBaresip } from './sip/baresip.mjs';
import { startKamailio } from './sip/kamailio.mjs';
import { startLinphone } from './sip/linphone.mjs';

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
const password = 'right-horse-7';
const sounds = new URL('../../artifacts/sounds', import.meta.url).pathname;
let server, key;
const running = [];

/** Asks until it is so. */
async function until(what, ask, seconds = 12) {
  let seen;
  for (let i = 0; i < seconds * 5; i++) {
    if ((seen = await ask())) return seen;
    await wait(0.2);
  }
  assert.fail(`${what}: ${JSON.stringify(seen)}`);
}
const ask = async (method, path, body) => {
  const reply = await apiOf(server, key)(method, path, body);
  assert.ok(reply.status < 300, `${method} ${path}: ${JSON.stringify(reply)}`);
  return reply.body;
};
const keep = started => { running.push(started); return started; };
const get = async path => (await ask('GET', path)).items;
const registrations = async user => (await get('/sip/accounts')).find(account => account.user === user).registrations;

before(async () => {
  server = keep(await startServer([
    '--Media:Shards=1', '--Sip:Enabled=true', `--Sip:Sounds=${sounds}`, '--Sip:Inbound=accounts', '--Sip:DialOut:Enabled=true',
    ...['anna', 'lena'].flatMap((user, i) => [`--Sip:Accounts:${i}:User=${user}`, `--Sip:Accounts:${i}:Password=${password}`]),
  ]));
  key = await firstKey(server);
});
after(async () => {
  await Promise.all(running.map(one => one.stop()));
});

test('IT-07: baresip registers with MD5, calls a room under its own name, is called by it, and takes itself away', { timeout: 60_000 }, async () => {
  const anna = keep(await startBaresip({ name: 'Anna', hertz: 440, answers: true, registrar: `127.0.0.1:${server.sipPort}`, password }));
  const [registered] = await until('registered', async () => { const all = await registrations('anna'); return all.length > 0 && all; });
  assert.match(registered.userAgent, /^baresip/);
  await anna.call(`sip:standup@127.0.0.1:${server.sipPort}`);
  const call = await until('inside', async () => (await get('/calls')).find(one => one.state === 'answered'));
  assert.equal(call.from, 'anna@sylk');
  await anna.command('hangup');
  await until('gone', async () => (await get('/calls')).length === 0);

  await ask('POST', '/rooms', { name: 'ring' });
  await ask('POST', '/rooms/ring/calls', { address: 'anna@sylk' });
  await until('called', async () => (await get('/calls')).find(one => one.direction === 'out' && one.state === 'answered'));
  await anna.command('hangup');
  await anna.stop();
  running.splice(running.indexOf(anna), 1);
  await until('taken away', async () => (await registrations('anna')).length === 0);
});

test('IT-07: linphonec registers with SHA-256 and calls a room; with a wrong password it comes nowhere', { timeout: 60_000 }, async () => {
  const lena = keep(await startLinphone({ name: 'Lena', hertz: 880, registrar: `127.0.0.1:${server.sipPort}`, password, realm: 'sylk' }));
  await until('registered', async () => (await registrations('lena')).length > 0);
  assert.match(lena.debug(), /Authorization:\s+Digest[^\n]*algorithm="?SHA-256/i);
  lena.dial(`sip:standup@127.0.0.1:${server.sipPort}`);
  const call = await until('inside', async () => (await get('/calls')).find(one => one.state === 'answered'));
  assert.equal(call.from, 'lena@sylk');
  const wrong = keep(await startBaresip({ name: 'Anna', hertz: 440, registrar: `127.0.0.1:${server.sipPort}`, password: 'something-else' }));
  await wait(4);
  assert.equal((await registrations('anna')).length, 0, wrong.log());
});

for (const algorithm of ['MD5', 'SHA-256']) {
  test(`IT-08: through Kamailio as outbound proxy with ${algorithm}: we are registered there, call out by its trunk, and are called through it`, { timeout: 90_000 }, async () => {
    const realm = 'operator.test';
    const home = { port: await freePort() };
    const operator = keep(await startKamailio({ realm, password, algorithm, open: 'bert', room: 'standup', home: `127.0.0.1:${home.port}` }));
    const bert = keep(await startBaresip({ name: 'Bert', hertz: 1000, answers: true, registrar: `127.0.0.1:${operator.port}` }));
    server = keep(await startServer([
      '--Media:Shards=1', '--Sip:Enabled=true', `--Sip:Udp=${home.port}`, `--Sip:Tcp=${home.port}`, `--Sip:Sounds=${sounds}`, `--Sip:OutboundProxy=sip:127.0.0.1:${operator.port}`,
      '--Sip:DialOut:Enabled=true', '--Sip:DialOut:AllowPrefixes:0=+3120', '--Sip:Trunks:0:Name=op', `--Sip:Trunks:0:Uri=sip:${realm}`,
      '--Sip:Trunks:0:User=rooms', `--Sip:Trunks:0:Password=${password}`, '--Sip:Trunks:0:Register=true',
    ]));
    key = await firstKey(server);
    await wait(3); // for both registrations
    await ask('POST', '/rooms', { name: 'standup' });
    await ask('POST', '/rooms/standup/calls', { address: '+31201234567' });
    await until(`called out\n${operator.log()}`, async () => (await get('/calls')).find(one => one.direction === 'out' && one.state === 'answered'));
    await bert.command('hangup');
    await until('hung up', async () => (await get('/calls')).length === 0);
    await bert.call(`sip:standup@127.0.0.1:${operator.port}`);
    await until('called in', async () => (await get('/calls')).find(one => one.direction === 'in' && one.state === 'answered'));
    await bert.command('hangup');
    await until('hung up', async () => (await get('/calls')).length === 0);
  });
}
