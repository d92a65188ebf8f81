// Programs nobody here wrote publish by WHIP, play by WHEP and use data channels through the real server. Run inside tests/in-namespace.sh:
// neither libnice nor aioice offers 127.0.0.1.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../Browser/server.mjs';

const here = fileURLToPath(new URL('./', import.meta.url));
const publishFor = 14, playFor = 8;
let server;

before(async () => { server = await startServer(); });
after(async () => { await server?.stop(); });

/** Runs one end; resolves with what it printed, rejects with what it complained of. */
function end(program, ...args) {
  const child = spawn('/usr/bin/python3', [`${here}${program}_end.py`, ...args.map(String)], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 50_000, killSignal: 'SIGKILL' });
  let [out, complaint] = ['', ''];
  child.stdout.on('data', text => { out += text; });
  child.stderr.on('data', text => { complaint += text; });
  return new Promise((resolve, reject) => {
    child.once('exit', code => code === 0 ? resolve(out) : reject(new Error(`${program} ${args[0]} ended with ${code}: ${complaint.slice(-2000)}`)));
  });
}

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));

const pairs = [
  { from: 'gstreamer', to: 'aiortc', hertz: 620, colour: '2040e0' },
  { from: 'aiortc', to: 'gstreamer', hertz: 880, colour: 'e03020' },
  { from: 'gstreamer', to: 'gstreamer', hertz: 1200, colour: '20c040' },
];

for (const { from, to, hertz, colour } of pairs) {
  test(`${to} sees and hears by WHEP what ${from} publishes by WHIP`, { timeout: 60_000 }, async () => {
    const room = `${from}-${to}`;
    const publisher = end(from, 'publish', `${server.url}/whip/${room}`, hertz, colour, publishFor);
    await wait(2.5);
    const [played] = await Promise.all([end(to, 'play', `${server.url}/whep/${room}`, playFor), publisher]);
    const seen = JSON.parse(played);
    assert.ok(seen.framesPerSecond >= 10 && seen.frames >= 40, `frames: ${played}`);
    const wanted = [0, 2, 4].map(i => parseInt(colour.slice(i, i + 2), 16));
    for (let i = 0; i < 3; i++) assert.ok(Math.abs(seen.colour[i] - wanted[i]) <= 30, `colour ${seen.colour}, not ${wanted}`);
    assert.ok(Math.abs(seen.tone - hertz) <= 5, `tone ${seen.tone} Hz, not ${hertz}`);
  });
}

test('the data channels of aiortc carry text, 65,000 bytes, an ordered row and a lossy message both ways', { timeout: 60_000 }, async () => {
  const [anna, bert] = JSON.parse(await end('data', `${server.url.replace('http', 'ws')}/hubs/room`, 'aiortc-data'));
  const sum = Array.from({ length: 65_000 }, (_, i) => i % 251).reduce((a, b) => a + b);
  for (const [got, from] of [[bert.got, anna.id], [anna.got, bert.id]]) {
    assert.deepEqual(got.map(message => message.from), Array(23).fill(from));
    assert.deepEqual([got[0].start, got[0].text, got[1].length, got[1].sum, got[1].text], ['hello', true, 65_000, sum, false]);
    assert.deepEqual(got.slice(2, 22).map(message => message.start), Array.from({ length: 20 }, (_, i) => `in order ${i}`));
    assert.equal(got[22].start, 'lossy');
  }
});

test('all have left: no participant and no track remain', async () => {
  const metrics = await server.metrics();
  const value = name => [...metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].reduce((sum, match) => sum + Number(match[1]), 0);
  assert.equal(value('sylk_participant_active'), 0, metrics.match(/^sylk_participant_active.*$/gm)?.join('\n'));
  assert.equal(value('sylk_track_active'), 0, metrics.match(/^sylk_track_active.*$/gm)?.join('\n'));
});
