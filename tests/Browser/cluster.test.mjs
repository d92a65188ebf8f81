// The page in Chromium while the server that carries its room's media is killed, and while one is stopped on purpose.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { heardTones, join_, launch, near } from './chromium.mjs';
import { startCluster } from './cluster.mjs';

const RUNS = Number(process.env.SYLK_R33_BROWSER_RUNS ?? 0);
/** Several processes, two browsers and a database want a machine of their own: only when asked for. */
const skip = RUNS === 0 && 'SYLK_R33_BROWSER_RUNS=1 runs it';

let cluster, front, carriers, browsers, alice, bob;

/** Notes when sound last came in on the connection in use, and the longest time without. */
const watchSound = page => page.evaluate(() => {
  const watch = window.__sound = { longest: 0, last: performance.now(), counts: new Map() };
  setInterval(async () => {
    const pc = window.__sylk.pc;
    let packets = 0;
    for (const item of (await pc.getStats()).values()) if (item.type === 'inbound-rtp' && item.kind === 'audio') packets += item.packetsReceived;
    const now = performance.now();
    if (packets > (watch.counts.get(pc) ?? 0)) {
      watch.longest = Math.max(watch.longest, now - watch.last);
      watch.last = now;
    }
    watch.counts.set(pc, packets);
  }, 40);
});
const longestSilence = page => page.evaluate(() => {
  const { longest, last } = window.__sound;
  [window.__sound.longest, window.__sound.last] = [0, performance.now()];
  return Math.max(longest, performance.now() - last);
});
const roomOf = page => page.evaluate(() => ({
  people: Object.keys(window.__sylk.room.participants).sort(), tracks: Object.keys(window.__sylk.room.tracks).sort(),
}));
const watchRoom = page => page.evaluate(() => {
  window.__rooms = [];
  window.__sylk.session.store.subscribe(
    state => [...Object.keys(state.room.participants), ...Object.keys(state.room.tracks)].sort().join(), now => window.__rooms.push(now));
});
const homePort = page => page.evaluate(() => Number(/ udp \d+ \S+ (\d+) /i.exec(window.__sylk.pc.remoteDescription.sdp)[1]));
const settled = page => page.waitForFunction(
  () => [...document.querySelectorAll('video')].filter(video => video.videoWidth > 0).length >= 2, null, { timeout: 30_000 });
/** In one of eight windows: a loaded machine may starve some. */
const hears = async (page, tone) => {
  for (let i = 0; i < 8; i++) if (near(await heardTones(page), tone)) return true;
  return false;
};

/** In place of the browser's capture: a red screen, of a shape that no camera has. */
const redScreen = () => {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 800, height: 600 });
    const drawing = canvas.getContext('2d');
    let frame = 0;
    setInterval(() => { drawing.fillStyle = `rgb(${200 + frame++ % 40}, 16, 16)`; drawing.fillRect(0, 0, 800, 600); }, 100);
    return canvas.captureStream(10);
  };
};

const framesOf = page => page.evaluate(async () => {
  const found = {};
  for (const item of (await window.__sylk.pc.getStats()).values())
    if (item.type === 'inbound-rtp' && item.kind === 'video' && item.framesDecoded > 0) found[item.mid] = item.framesDecoded;
  return found;
});
const showsRed = page => page.waitForFunction(() => [...document.querySelectorAll('video')].some(video => {
  if (!video.videoWidth || Math.abs(video.videoWidth / video.videoHeight - 4 / 3) > 0.05) return false;
  const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
  const drawing = canvas.getContext('2d');
  drawing.drawImage(video, 0, 0, 8, 8);
  const [red, green] = drawing.getImageData(4, 4, 1, 1).data;
  return red > green + 80;
}), null, { timeout: 20_000 });

/** `take` are the roles of the node that takes people in, `carry` of those that carry media: one of them is there before anybody comes. */
async function begin(take, carry, storage) {
  cluster = await startCluster(storage);
  [front, ...carriers] = await Promise.all([cluster.start(take), cluster.start(carry)]);
  browsers = [await launch(440), await launch(1000)];
  alice = await join_(browsers[0], front, 'standup', 'Alice', { script: redScreen });
  bob = await join_(browsers[1], front, 'standup', 'Bob');
  await Promise.all([alice, bob].map(settled));
  carriers.push(await cluster.start(carry));
  await Promise.all([alice, bob].map(watchSound));
  await Promise.all([alice, bob].map(watchRoom));
}

async function end() {
  for (const browser of browsers ?? []) await browser.close();
  await cluster?.stop();
}

async function lose(signal, roles) {
  const before = [await roomOf(alice), await roomOf(bob)];
  const port = await homePort(alice);
  const home = carriers.find(node => node.media === port);
  await Promise.all([alice, bob].map(longestSilence));
  home.kill(signal);
  for (const page of [alice, bob])
    await page.waitForFunction(old => !new RegExp(` ${old} `).test(window.__sylk.pc.remoteDescription?.sdp ?? ` ${old} `) && window.__sylk.pc.connectionState === 'connected', port, { timeout: 20_000 });
  // The room looks at what has become of everybody six seconds after the move.
  await alice.waitForTimeout(8000);
  const silences = await Promise.all([alice, bob].map(longestSilence));
  assert.deepEqual([await roomOf(alice), await roomOf(bob)], before);
  for (const page of [alice, bob]) {
    assert.deepEqual(await page.evaluate(() => window.__rooms), [], 'somebody or something came or went');
    assert.deepEqual(page.faults, []);
    await settled(page);
  }
  assert.ok(await hears(bob, 440) && await hears(alice, 1000), 'the tones are not heard any more');
  carriers = [...carriers.filter(node => node !== home), await cluster.start(roles)];
  return Math.round(Math.max(...silences));
}

/** Bob sees Alice's camera and her screen, and both move. */
async function seesScreen() {
  await showsRed(bob);
  const earlier = await framesOf(bob);
  await bob.waitForTimeout(2000);
  const later = await framesOf(bob);
  assert.equal(Object.keys(later).filter(mid => later[mid] > (earlier[mid] ?? 0)).length, 2, `${JSON.stringify(earlier)} then ${JSON.stringify(later)}`);
}

async function share() {
  await alice.getByRole('button', { name: 'Share screen' }).click();
  await seesScreen();
  await Promise.all([alice, bob].map(page => page.evaluate(() => { window.__rooms.length = 0; })));
}

describe('a node that carries media, the room elsewhere', () => {
  before(() => skip || begin('web,rooms', 'media'));
  after(end);

  test('R-33 SIGKILL of the media home: the page moves by itself, sound within 3 s, nobody comes or goes, tracks keep their ids', { skip, timeout: 60_000 + RUNS * 40_000 }, async t => {
    for (let run = 1; run <= RUNS; run++) {
      const silence = await lose('SIGKILL', 'media');
      t.diagnostic(`run ${run}: longest silence ${silence} ms`);
      assert.ok(silence <= 3000, `${silence} ms`);
    }
  });

  test('R-47 SIGTERM of the media home: make before break, no more than 500 ms without sound', { skip, timeout: 120_000 }, async t => {
    const silence = await lose('SIGTERM', 'media');
    t.diagnostic(`longest silence ${silence} ms`);
    assert.ok(silence <= 500, `${silence} ms`);
  });

  test('R-47 a screen that is shared goes on, where its node drains and where it dies', { skip, timeout: 180_000 }, async t => {
    await share();
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      t.diagnostic(`${signal}: longest silence ${await lose(signal, 'media')} ms`);
      await seesScreen();
    }
  });
});

describe('a node that has both the room and its media', () => {
  before(() => skip || begin('web', 'rooms,media', 'postgres'));
  after(end);

  test('R-33 SIGKILL of both: the room begins anew elsewhere and the page sees nobody and nothing come or go', { skip, timeout: 60_000 + RUNS * 40_000 }, async t => {
    for (let run = 1; run <= RUNS; run++) {
      const silence = await lose('SIGKILL', 'rooms,media');
      t.diagnostic(`run ${run}: longest silence ${silence} ms`);
      assert.ok(silence <= 3000, `${silence} ms`);
    }
  });
});
