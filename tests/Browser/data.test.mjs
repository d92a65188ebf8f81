// Data channels of Chromium and Firefox through the real server: the negotiated channel, a lossy one, 64 KiB, and the echo;
// then the messages of our own client, lossy by the channel and reliable by the hub.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join_, launch } from './chromium.mjs';
import { joinWithFirefox, launchFirefox, smallCamera } from './firefox.mjs';
import { startServer } from './server.mjs';

let server, chromium, firefox, alice, fiona;

before(async () => {
  server = await startServer();
  chromium = await launch(1000);
  firefox = await launchFirefox(600);
  alice = await chromium.newPage();
  fiona = await firefox.newPage();
  for (const page of [alice, fiona]) {
    await page.goto(`${server.url}/`);
    await page.evaluate(install);
  }
});

after(async () => {
  await chromium?.close();
  await firefox?.close();
  await server?.stop();
});

/** Polled from outside: the two drivers' own waiting differs. */
async function waitForMessages(page, count) {
  for (let i = 0; i < 100; i++) {
    if (await page.evaluate(() => window.got.length) >= count) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  assert.fail(`${await page.evaluate(() => window.got.length)} of ${count} messages came`);
}

/** In the page: speaks the hub by hand, as a page without our client would. */
function install() {
  const hub = () => new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/hubs/room`);
    const waiting = new Map();
    let number = 0;
    socket.onerror = () => reject(new Error('no hub'));
    socket.onopen = () => socket.send('{"protocol":"json","version":1}\x1e');
    socket.onmessage = ({ data }) => {
      for (const text of data.split('\x1e').filter(Boolean)) {
        const message = JSON.parse(text);
        if (message.type === undefined)
          resolve((target, body) => new Promise(done => {
            waiting.set(`${++number}`, done);
            socket.send(`${JSON.stringify({ type: 1, invocationId: `${number}`, target, arguments: [body] })}\x1e`);
          }));
        else if (message.type === 3) waiting.get(message.invocationId)?.(message.result);
      }
    };
  });
  window.connect = async ask => {
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const channel = pc.createDataChannel('sylk', { negotiated: true, id: 0 });
    const lossy = pc.createDataChannel('lossy', { ordered: false, maxRetransmits: 0 });
    pc.addTransceiver('audio', { direction: 'recvonly' });
    window.got = [];
    for (const one of [channel, lossy]) {
      one.binaryType = 'arraybuffer';
      one.onmessage = ({ data }) => window.got.push(typeof data === 'string' ? data : new Uint8Array(data));
    }
    await pc.setLocalDescription();
    const answer = await ask(await hub(), pc.localDescription.sdp);
    await pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    const opened = one => new Promise(resolve => one.readyState === 'open' ? resolve() : (one.onopen = resolve));
    await Promise.all([opened(channel), opened(lossy)]);
    Object.assign(window, { pc, channel, lossy });
  };
  window.enter = name => window.connect(async (call, sdp) => {
    const joined = await call('Join', { room: 'data', displayName: name, protocol: 1, client: {}, offer: { seq: 1, sdp, publish: [] } });
    if (!joined.ok) throw new Error(JSON.stringify(joined.error));
    window.id = joined.value.self.id;
    return joined.value.answer;
  });
  window.test = () => window.connect(async (call, sdp) => (await call('TestNetwork', { sdp })).value);
  window.read = () => window.got.map(item => typeof item === 'string' ? item : `${item.length}:${new TextDecoder().decode(item.slice(0, 60)).split('\n')[0]}`);
}

test('both browsers open the negotiated channel and one of their own', { timeout: 60_000 }, async () => {
  await alice.evaluate(() => window.enter('Alice'));
  await fiona.evaluate(() => window.enter('Fiona'));
  assert.equal(await alice.evaluate(() => window.channel.readyState + window.lossy.readyState), 'openopen');
  assert.equal(await fiona.evaluate(() => window.channel.readyState + window.lossy.readyState), 'openopen');
});

test('text, lossy binary and 64 KiB reach the other browser and name their sender', { timeout: 60_000 }, async () => {
  for (const [from, to] of [[alice, fiona], [fiona, alice]]) {
    const sender = `{"from":"${await from.evaluate(() => window.id)}"}`;
    await to.evaluate(() => { window.got.length = 0; });
    await from.evaluate(() => {
      window.channel.send('hello');
      window.channel.send(new Uint8Array(65_536).fill(7));
    });
    await waitForMessages(to, 2);
    await from.evaluate(() => window.lossy.send(new Uint8Array(100)));
    await waitForMessages(to, 3);
    assert.deepEqual(await to.evaluate(() => window.read()), [
      `${sender}\nhello`, `${65_536 + sender.length + 1}:${sender}`, `${100 + sender.length + 1}:${sender}`,
    ]);
  }
});

test('a network test gets its own messages back', { timeout: 60_000 }, async () => {
  for (const page of [alice, fiona]) {
    await page.evaluate(() => { window.pc.close(); return window.test(); });
    await page.evaluate(() => { for (let i = 0; i < 20; i++) window.channel.send(`probe ${i}`); });
    await waitForMessages(page, 20);
    assert.deepEqual(new Set(await page.evaluate(() => window.read())), new Set(Array.from({ length: 20 }, (_, i) => `probe ${i}`)));
  }
});

test('our client sends lossy messages over the channel and reliable ones through the hub, both ways between the browsers', { timeout: 120_000 }, async () => {
  const bob = await join_(chromium, server, 'apps', 'Bob', { script: smallCamera });
  const fred = await joinWithFirefox(firefox, server, 'apps', 'Fred');
  for (const page of [bob, fred])
    await page.evaluate(() => {
      window.got = [];
      window.__sylk.session.data.subscribe(({ topic, payload, from }) => window.got.push(`${topic}:${payload.length}:${payload[0]}:${from}`));
    });
  const relayed = async () => Number(/^sylk_data_messages\S*receive\S* (\d+)/m.exec(await server.metrics())?.[1] ?? 0);
  for (const [from, to] of [[bob, fred], [fred, bob]]) {
    const sender = await from.evaluate(() => window.__sylk.room.selfId);
    await to.evaluate(() => { window.got.length = 0; });
    // The first one goes by the hub while the lossy channel opens.
    await from.evaluate(() => window.__sylk.session.data.send('cursor', new Uint8Array([1])));
    await waitForMessages(to, 1);
    await new Promise(resolve => setTimeout(resolve, 1000));
    const before = await relayed();
    await from.evaluate(async () => {
      for (let i = 2; i < 12; i++) await window.__sylk.session.data.send('cursor', new Uint8Array([i]));
      await window.__sylk.session.data.send('file', new Uint8Array(15 * 1024).fill(9), { reliable: true });
    });
    await waitForMessages(to, 12);
    for (let i = 0; i < 20 && (await relayed()) - before < 10; i++) await new Promise(resolve => setTimeout(resolve, 250)); // scrapes are cached
    assert.equal((await relayed()) - before, 10);
    const got = await to.evaluate(() => window.got);
    assert.deepEqual(new Set(got), new Set([...Array.from({ length: 11 }, (_, i) => `cursor:1:${i + 1}:${sender}`), `file:15360:9:${sender}`]));
    assert.deepEqual(await from.evaluate(() => window.got.filter(item => item.endsWith(window.__sylk.room.selfId))), []);
  }
  assert.deepEqual([...bob.faults, ...fred.faults], []);
});
