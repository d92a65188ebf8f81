// Two phones hear each other without a gap while others come, go and mute, and while strangers flood the signalling and the ports of
// the sound. In short by default; SYLK_FLOOD_SECONDS=60 is the form of the bars: 60 s of broken messages by UDP and by TCP, 120 s of requests.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { after, before, test } from 'node:test';
import { api, firstKey } from '../Browser/admin.mjs';
import { startServer } from '../Browser/server.mjs';
import { startBaresip } from './sip/baresip.mjs';
import { decibels, length, longestGap } from './sip/listening.mjs';

const seconds = Number(process.env.SYLK_FLOOD_SECONDS ?? 4);
const wait = time => new Promise(resolve => setTimeout(resolve, time * 1000));
const attacker = '127.0.0.66', gapMs = 60, firstPort = 23_000, lastPort = 23_099;
let server, call, anna, bert;
const phones = [];

async function phone(options) {
  const started = await startBaresip(options);
  phones.push(started);
  return started;
}

before(async () => {
  server = await startServer(['--Media:Shards=1', '--Sip:Enabled=true', `--Sip:RtpPorts=${firstPort}-${lastPort}`]);
  call = api(server, await firstKey(server));
  anna = await phone({ name: 'Anna', hertz: 600, account: 'audio_codecs=PCMU', seconds: 120 + 6 * seconds });
  bert = await phone({ name: 'Bert', hertz: 1000, account: 'audio_codecs=opus/48000/2', seconds: 120 + 6 * seconds });
  for (const one of [anna, bert]) await one.call(`sip:steady@127.0.0.1:${server.sipPort}`);
  await wait(5); // prompts
});
after(async () => {
  await Promise.all(phones.map(one => one.stop()));
  await server?.stop();
});

/** Does something while the two talk; what each heard of the other meanwhile has no gap over the bar. */
async function undisturbed(what) {
  const from = [anna, bert].map(one => length(one.heard().at(-1)));
  await what();
  await wait(0.5);
  for (const [i, [one, hertz]] of [[anna, 1000], [bert, 600]].entries()) {
    const stretch = { from: from[i], to: length(one.heard().at(-1)) - 0.2 };
    assert.ok(stretch.to - stretch.from > 2, `${one.name} recorded ${JSON.stringify(stretch)}`);
    const gap = longestGap(one.heard().at(-1), hertz, stretch);
    assert.ok(gap <= gapMs, `${one.name} heard nothing for ${gap} ms`);
    assert.ok(decibels(one.heard().at(-1), [1700], stretch)[1700] < -45, `${one.name} heard the stranger`);
  }
}

/** Calls `send` so many times a second in even portions, and says how often it did. */
async function atRate(perSecond, time, send) {
  const began = Date.now();
  let sent = 0;
  for (let spent = 0; spent < time; spent = (Date.now() - began) / 1000) {
    for (; sent < spent * perSecond; sent++) send(sent);
    await wait(0.005);
  }
  return sent;
}

const socket = () => new Promise(resolve => { const made = createSocket('udp4'); made.on('error', () => {}); made.bind(0, attacker, () => resolve(made)); });
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;

const torture = readFileSync(new URL('../Protocols/Sip/Torture/rfc4475.txt', import.meta.url), 'latin1').split(/^### .*$/m).slice(1)
  .map(text => Buffer.from(text.trimStart().replaceAll('\n', '\r\n'), 'latin1'));

/** A message nobody can take: one of RFC 4475 with some bytes changed, or noise. */
function broken(i) {
  if (i % 7 === 0) return Buffer.from(Array.from({ length: 20 + i % 400 }, (_, n) => (i * 31 + n * 17) & 0xff));
  const message = Buffer.from(torture[i % torture.length]);
  for (let n = 0; n < 4; n++) message[(i * 131 + n * 977) % message.length] = (i * 7 + n * 53) & 0xff;
  return message.subarray(0, i % 3 ? message.length : i % message.length);
}

const request = (method, i) => Buffer.from([
  `${method} sip:flood${i % 50}@127.0.0.1:${server.sipPort} SIP/2.0`, `Via: SIP/2.0/UDP ${attacker}:9;branch=z9hG4bK-f${method}${i}`, 'Max-Forwards: 70',
  `From: <sip:x${i}@${attacker}>;tag=${i}`, `To: <sip:flood${i % 50}@127.0.0.1>`, `Call-ID: flood-${i}@${attacker}`, `CSeq: 1 ${method}`, `Contact: <sip:x@${attacker}:9>`,
  'Content-Length: 0', '', '',
].join('\r\n'));

test('others join, leave and mute themselves beside two who talk: no gap over 60 ms', { timeout: 60_000 }, () => undisturbed(async () => {
  const cora = await phone({ name: 'Cora', hertz: 2500, account: 'audio_codecs=G722' });
  for (let i = 0; i < 2; i++) {
    await cora.dial(`sip:steady@127.0.0.1:${server.sipPort}`);
    await wait(2);
    for (const key of '*6') { await cora.command('sndcode', key); await wait(0.25); }
    await wait(1);
    await cora.command('hangup');
    await wait(0.5);
  }
}));

test('the measure can fail: who mutes for a second is missed', { timeout: 30_000 }, async () => {
  await assert.rejects(undisturbed(async () => {
    await wait(2);
    for (const key of '*6') { await bert.command('sndcode', key); await wait(0.25); }
    await wait(1.5);
    for (const key of '*6') { await bert.command('sndcode', key); await wait(0.25); }
    await wait(3);
  }), /Anna heard nothing for \d{3,4} ms/);
});

test(`R-08: a thousand broken messages a second for ${seconds} s by UDP, then by TCP: no gap over 60 ms`, { timeout: 60_000 + 4_000 * seconds }, async () => {
  const udp = await socket();
  await undisturbed(async () => assert.ok(await atRate(1000, seconds, i => udp.send(broken(i), server.sipPort, '127.0.0.1')) >= 990 * seconds));
  udp.close();
  await undisturbed(async () => {
    let stream;
    const open = () => { stream = createConnection({ port: server.sipPort, host: '127.0.0.1', localAddress: attacker }); stream.on('error', () => {}); };
    open();
    await atRate(1000, seconds, i => { if (stream.destroyed || stream.closed) open(); stream.write(broken(i)); });
    stream.destroy();
  });
  assert.equal((await call('GET', '/rooms/steady/participants')).body.items.length, 2);
});

test(`R-09: two thousand requests a second for ${2 * seconds} s from nobody known: no gap over 60 ms, memory grows by at most 64 MiB`, { timeout: 60_000 + 4_000 * seconds }, async () => {
  const udp = await socket();
  const methods = ['REGISTER', 'INVITE', 'MESSAGE', 'OPTIONS'];
  const before = memory();
  await undisturbed(async () => assert.ok(await atRate(2000, 2 * seconds, i => udp.send(request(methods[i % 4], i), server.sipPort, '127.0.0.1')) >= 1980 * 2 * seconds));
  udp.close();
  const grown = memory() - before;
  assert.ok(grown <= 64, `grew by ${grown.toFixed(1)} MiB`);
  assert.equal((await call('GET', '/rooms/steady/participants')).body.items.length, 2);
});

test(`R-16: a spray of sound at every port for ${seconds} s: nothing comes back, nothing of it is heard, no gap over 60 ms`, { timeout: 60_000 + 2_000 * seconds }, async () => {
  const udp = await socket();
  let back = 0;
  udp.on('message', () => back++);
  const tone = Buffer.from(Array.from({ length: 160 }, (_, n) => muLaw(0.5 * Math.sin(2 * Math.PI * 1700 * n / 8000))));
  const ports = lastPort - firstPort + 1;
  await undisturbed(() => atRate(50 * ports, seconds, i => {
    const packet = Buffer.alloc(172);
    packet.writeUInt16BE(0x8000, 0);
    packet.writeUInt16BE(Math.floor(i / ports) & 0xffff, 2);
    packet.writeUInt32BE(Math.floor(i / ports) * 160, 4);
    packet.writeUInt32BE(4711, 8);
    tone.copy(packet, 12);
    udp.send(packet, firstPort + i % ports, '127.0.0.1');
  }));
  udp.close();
  assert.equal(back, 0);
});

/** ITU-T G.711 µ-law of ±1. */
function muLaw(value) {
  const magnitude = Math.min(Math.abs(Math.round(value * 32_767)), 32_635) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  return ~((value < 0 ? 0x80 : 0) | exponent << 4 | magnitude >> exponent + 3 & 0x0f) & 0xff;
}
