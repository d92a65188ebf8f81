// the line between two nodes is cut for 20 s while both can still reach the database and their callers. Nobody may be told
// "said" for a line that is lost, doubled or out of order, whichever node took it. SYLK_PARTITIONS=10 cuts it ten times.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { firstKey } from '../Browser/admin.mjs';
import { startCluster } from '../Browser/cluster.mjs';

const rounds = Number(process.env.SYLK_PARTITIONS ?? 1);
const cutSeconds = 20;
const room = 'partition';
const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
const places = ['127.0.0.11', '127.0.0.12'];
let cluster, key;
const nodes = [];

/** A supervisor: a node that the cluster has declared dead ends, and is started again. */
async function keep(place) {
  nodes[place] = await cluster.start('web,rooms,media', [`--Cluster:Address=${places[place]}`]);
  nodes[place].child.once('exit', () => { if (cluster) void keep(place); });
}

before(async () => {
  cluster = await startCluster('postgres');
  await keep(0);
  key = await firstKey(nodes[0]);
  await keep(1);
  const made = await call(0, 'POST', '/rooms', { name: room, kind: 'permanent' });
  assert.equal(made.status, 201, JSON.stringify(made));
});
after(async () => {
  const all = cluster;
  cluster = undefined;
  mend();
  await all?.stop();
});

const iptables = (...args) => execFileSync('iptables', ['-w', ...args]);
const rules = places.map(address => ['INPUT', '-d', address, '-j', 'DROP']);
let isCut = false;
function cut() { rules.forEach(rule => iptables('-I', ...rule)); isCut = true; }
function mend() { if (isCut) rules.forEach(rule => iptables('-D', ...rule)); isCut = false; }

async function call(place, method, path, body, headers = {}) {
  const begun = Date.now();
  const answer = await fetch(`${nodes[place].url}/api/v1${path}`, {
    method, signal: AbortSignal.timeout(15_000), body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${key}`, ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
  }).catch(problem => ({ status: 0, problem, json: async () => ({}) }));
  return { status: answer.status, took: Date.now() - begun, body: await answer.json().catch(() => ({})) };
}

/** Says lines by one node until told to stop; a line without an answer is said again under the same key, until the server says that the first is under way. */
async function speak(place, log, until) {
  for (let number = 0; !until.done; number++) {
    const said = { content: `${place}:${number}`, place, begun: Date.now() };
    const idempotency = { 'Idempotency-Key': randomUUID() };
    do {
      const answer = await call(place, 'POST', `/rooms/${room}/messages`, { content: said.content }, idempotency);
      Object.assign(said, { status: answer.status, took: answer.took, sequence: answer.body.sequence, at: Date.now() });
      log.push({ ...said });
      await wait(0.3);
    } while (said.status !== 201 && said.status !== 409 && !until.done);
  }
}

async function history() {
  const lines = [];
  let cursor = '';
  do {
    const page = await call(0, 'GET', `/rooms/${room}/messages?limit=200${cursor}`);
    assert.equal(page.status, 200, JSON.stringify(page));
    lines.push(...page.body.items);
    cursor = page.body.next ? `&cursor=${page.body.next}` : '';
  } while (cursor);
  return lines.reverse();
}

test(`R-37: ${rounds} × the line between two nodes cut for ${cutSeconds} s: what was acknowledged is there once and in order, and both nodes answer within 10 s of its return`, { timeout: rounds * 90_000 + 60_000 }, async () => {
  const [log, until] = [[], { done: false }];
  const speakers = places.map((_, place) => speak(place, log, until));
  for (let round = 0; round < rounds; round++) {
    await wait(3);
    cut();
    const cutAt = Date.now();
    await wait(cutSeconds);
    mend();
    const mendedAt = Date.now();
    const healed = place => log.some(one => one.place === place && one.status === 201 && one.begun > mendedAt);
    while (!(healed(0) && healed(1))) {
      assert.ok(Date.now() - mendedAt < 10_000, `10 s after the line came back: ${JSON.stringify(log.slice(-6))}`);
      await wait(0.1);
    }
    const during = log.filter(one => one.begun > cutAt + 5_000 && one.at < mendedAt);
    console.log(`cut ${round + 1}: said ${during.filter(one => one.status === 201).length}, refused ${during.filter(one => one.status !== 201).length}, `
      + `slowest answer ${Math.max(...during.map(one => one.took))} ms, whole again after ${Date.now() - mendedAt} ms`);
    assert.ok(during.some(one => one.status === 201), 'nobody served the room while the line was cut');
    assert.ok(Math.max(...during.map(one => one.took)) <= 5_000, 'a request hung for more than 5 s');
  }
  until.done = true;
  await Promise.all(speakers);
  const kept = await history();
  const acknowledged = log.filter(one => one.status === 201);
  assert.deepEqual(kept.map(line => line.sequence), kept.map((_, at) => at + 1), 'the numbers of the history have holes or come twice');
  assert.equal(new Set(kept.map(line => line.content)).size, kept.length, 'a line is there twice');
  for (const one of acknowledged) assert.equal(kept[one.sequence - 1]?.content, one.content, `acknowledged and not there: ${JSON.stringify(one)}`);
  const attempted = new Set(log.map(one => one.content));
  for (const line of kept) assert.ok(attempted.has(line.content), `nobody said ${line.content}`);
  for (const place of [0, 1]) {
    const own = kept.map(line => line.content).filter(text => text.startsWith(`${place}:`)).map(text => Number(text.slice(2)));
    assert.deepEqual(own, own.toSorted((a, b) => a - b), `lines said by node ${place} are out of order`);
  }
});
