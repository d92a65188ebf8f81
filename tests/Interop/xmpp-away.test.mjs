// F-10: the XMPP server dies, and is away for a minute. Nothing that was acknowledged is lost, and nobody else waits for it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, firstKey } from '../Browser/admin.mjs';
import { startServer } from '../Browser/server.mjs';
import { startClient } from './xmpp/client.mjs';
import { secret, startProsody } from './xmpp/prosody.mjs';

const away = 60;
const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
const bodyOf = stanza => /<body>([^<]*)/.exec(stanza)?.[1];
const stableIdOf = stanza => /stanza-id[^>]* id="([^"]*)"/.exec(stanza)?.[1];

let xmpp, server, call;
const clients = [];
const client = async user => {
  const started = await startClient(xmpp, user);
  clients.push(started);
  return started;
};
const link = async () => (await (await fetch(`${server.url}/health/ready`)).json()).checks.find(one => one.name === 'xmpp');
const until = async (ask, passes, seconds) => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const last = await ask();
    if (passes(last)) return last;
    assert.ok(Date.now() < end, `never came: ${JSON.stringify(last)}`);
    await wait(0.1);
  }
};
const people = async () => ((await call('GET', '/rooms/plaza/participants')).body?.items ?? []).map(one => one.displayName).sort().join();

before(async () => {
  xmpp = await startProsody(['romeo', 'juliet']);
  server = await startServer([
    '--Media:Shards=1', '--Xmpp:Enabled=true', `--Xmpp:Domain=${xmpp.rooms}`, `--Xmpp:ComponentSecret=${secret}`, `--Xmpp:Port=${xmpp.component}`,
  ]);
  call = api(server, await firstKey(server));
  await until(link, check => check?.detail === 'connected', 20);
  assert.equal((await call('POST', '/rooms', { name: 'plaza' })).status, 201);
}, { timeout: 120_000 });
after(async () => {
  for (const one of clients) await one.stop();
  await server?.stop();
  await xmpp?.stop();
});

test(`F-10 the XMPP server is killed and away for ${away} s: every line that was acknowledged is in the room once, in order, and comes to who returns`, { timeout: 180_000 }, async t => {
  const romeo = await client('romeo');
  const juliet = await client('juliet');
  await romeo.order('join', { room: `plaza@${xmpp.rooms}`, nick: 'Romeo' });
  await juliet.order('join', { room: `plaza@${xmpp.rooms}`, nick: 'Juliet' });

  // Romeo talks into the server's death; what he saw come back is acknowledged.
  let dies = false, said = 0;
  const talking = (async () => {
    for (; !dies; said++, await wait(0.15)) {
      const sent = romeo.send(`<message type='groupchat' to='plaza@${xmpp.rooms}' id='verse-${said}'><body>verse ${said}</body></message>`).catch(() => {}); // there is nobody to say it to any more
      await Promise.race([sent, wait(1)]);
    }
  })();
  await wait(3);
  const back = xmpp.restart(away, 'SIGKILL');
  back.catch(() => {}); // waited for below
  await wait(0.5);
  dies = true;
  await talking;
  const heard = one => one.stanzas.filter(stanza => bodyOf(stanza)?.startsWith('verse'));
  const acknowledged = heard(romeo);
  assert.ok(acknowledged.length >= 10, `only ${acknowledged.length} of ${said} came back`);

  // The others are served, and fast.
  await until(link, check => check.detail !== 'connected', 5);
  let slowest = 0;
  const posted = [];
  for (let i = 0; i < 15; i++, await wait(2)) {
    const asked = performance.now();
    const answer = await call('POST', '/rooms/plaza/messages', { content: `meanwhile ${i}` });
    slowest = Math.max(slowest, performance.now() - asked);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    posted.push(`meanwhile ${i}`);
  }
  assert.ok(slowest < 1000, `${slowest.toFixed(0)} ms for a line`);

  await back;
  const returned = performance.now();
  await until(link, check => check.detail === 'connected', 10);
  const linked = performance.now() - returned;

  // Everything acknowledged is in the room, once, in the order it was heard in.
  const stored = (await call('GET', '/rooms/plaza/messages?limit=100')).body.items.sort((a, b) => a.sequence - b.sequence);
  const words = stored.map(one => one.content);
  assert.equal(new Set(words).size, words.length, 'nothing twice');
  assert.deepEqual(words.filter(line => acknowledged.some(stanza => bodyOf(stanza) === line)), acknowledged.map(bodyOf));
  assert.deepEqual(words.filter(line => line.startsWith('meanwhile')), posted);
  for (const stanza of [...acknowledged, ...heard(juliet)]) assert.ok(stored.some(one => one.id === stableIdOf(stanza) && one.content === bodyOf(stanza)), `lost: ${stanza}`);

  // Who comes again, by the same address, has the last twenty in order, and nothing of them twice; who does not is gone.
  const again = await client('romeo');
  const mark = again.mark();
  await again.order('join', { room: `plaza@${xmpp.rooms}`, nick: 'Romeo' });
  await again.saw(/<subject/, { from: mark });
  await until(people, found => found === 'Romeo', Math.max(1, 10 - (performance.now() - returned) / 1000));
  const gone = performance.now() - returned;
  assert.equal((await call('POST', '/rooms/plaza/messages', { content: 'the end' })).status, 201);
  await again.saw(/<body>the end/, { from: mark });
  const seen = again.stanzas.slice(mark).map(bodyOf).filter(Boolean);
  assert.deepEqual(seen, [...words.slice(-20), 'the end']);
  t.diagnostic(`${acknowledged.length} of ${said} lines came back before the end; the slowest line meanwhile ${slowest.toFixed(0)} ms; linked ${linked.toFixed(0)} ms and the roster right ${gone.toFixed(0)} ms after the return`);
});
