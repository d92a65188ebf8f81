// The node that carries a room's phones dies: they are called over to another one and go on talking.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startCluster } from '../Browser/cluster.mjs';
import { startBaresip } from './sip/baresip.mjs';
import { levels } from './sip/listening.mjs';

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
let cluster, front, media;
const phones = [];

before(async () => {
  cluster = await startCluster();
  const node = (roles, rtp) => cluster.start(roles, ['--Sip:Enabled=true', `--Sip:RtpPorts=${rtp}-${rtp + 99}`]);
  [front, ...media] = await Promise.all([node('web,rooms', 23_000), node('media', 23_200), node('media', 23_400)]);
});
after(async () => {
  await Promise.all(phones.map(phone => phone.stop()));
  await cluster?.stop();
});

async function caller(name, hertz) {
  const phone = await startBaresip({ name, hertz, account: 'audio_codecs=opus/48000/2' });
  phones.push(phone);
  await phone.call(`sip:cluster@127.0.0.1:${front.sip}`);
  return phone;
}

/** The port its sound goes to: whose range it is in says which node. */
const homeOf = phone => {
  const ports = [...phone.log().matchAll(/receiving from 127\.0\.0\.1:(\d+)/g)].map(found => Number(found[1]));
  return media[Math.floor((ports.at(-1) - 23_200) / 200)];
};

/** Watches what it records grow: its decoder stands still while nothing comes. Gives the longest pause in seconds since the last call. */
function watchSound(phone) {
  let [bytes, since, longest] = [0, Date.now(), 0];
  const timer = setInterval(() => {
    const now = phone.heard().reduce((sum, file) => sum + statSync(file).size, 0);
    if (now > bytes) [bytes, since] = [now, Date.now()];
    longest = Math.max(longest, (Date.now() - since) / 1000);
  }, 40);
  return { reset: () => { longest = 0; }, end: () => { clearInterval(timer); return longest; } };
}

test('IT-21: kill -9 of the node with the sound: both phones hear each other again within 4 s, in the same call', { timeout: 90_000 }, async () => {
  const pair = [await caller('Anna', 600), await caller('Bert', 1100)];
  const watches = pair.map(watchSound);
  await wait(4);
  const home = homeOf(pair[0]);
  assert.ok(home, pair[0].log());
  watches.forEach(watch => watch.reset());
  home.kill('SIGKILL');
  await wait(9);
  assert.equal(home.child.signalCode, 'SIGKILL');
  for (const [i, hertz] of [1100, 600].entries()) {
    const [phone, silence] = [pair[i], watches[i].end()];
    console.log(`${phone.name}: longest silence ${silence.toFixed(2)} s`);
    assert.doesNotMatch(phone.log(), /session closed/, `${phone.name} was hung up`);
    assert.ok(silence <= 4, `${phone.name} heard nothing for ${silence} s`);
    await phone.command('hangup');
    await wait(0.5);
    const heard = levels(phone.heard().at(-1), [hertz], { from: -2.5, to: -0.5 })[hertz];
    if (i === 0) assert.ok(heard.filter(level => level > 0.03).length >= 18, `${phone.name} does not hear the other again: ${heard}`);
  }
});

test('F-04: kill -9 of the node a call came in on: the phone leaves the roster and its sound ends within 5 s, and who calls again gets in', { timeout: 90_000 }, async () => {
  const door = await cluster.start('web', ['--Sip:Enabled=true']);
  const [lost, other] = [await startBaresip({ name: 'Cleo', hertz: 800, account: 'audio_codecs=opus/48000/2' }), await startBaresip({ name: 'Dora', hertz: 1300, account: 'audio_codecs=opus/48000/2' })];
  phones.push(lost, other);
  const inside = async () => (await (await fetch(`${front.url}/api/v1/public/rooms/doors`)).json()).participantCount;
  await lost.call(`sip:doors@127.0.0.1:${door.sip}`);
  await other.call(`sip:doors@127.0.0.1:${front.sip}`);
  await wait(3);
  assert.equal(await inside(), 2);
  const watch = watchSound(lost);
  door.kill('SIGKILL');
  const killedAt = Date.now();
  while (await inside() !== 1) {
    assert.ok(Date.now() - killedAt < 5_000, 'the phone is still in the roster');
    await wait(0.1);
  }
  console.log(`left the roster after ${Date.now() - killedAt} ms`);
  watch.reset();
  await wait(3);
  assert.ok(watch.end() > 2, 'the node with the sound still sends to it');
  await lost.command('hangup');
  await lost.call(`sip:doors@127.0.0.1:${front.sip}`);
  await wait(2);
  assert.equal(await inside(), 2);
});
