// A call through a network that loses 5 % and delays each datagram by up to 30 ms, both ways and for both people, for a minute.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join_, launch } from './chromium.mjs';
import { smallCamera } from './firefox.mjs';
import { startRelay, through } from './relay.mjs';
import { startServer } from './server.mjs';

const [seconds, tones] = [60, { Alice: 440, Bob: 1000 }];
let server, relay, browsers, pages;

before(async () => {
  server = await startServer();
  relay = await startRelay(server.mediaPort, 20261124, 0.05, 30);
  browsers = [await launch(tones.Alice), await launch(tones.Bob)];
});

after(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await server?.stop();
});

/** What a page sees and hears for a while: the longest wait for a frame, and in how many windows of 100 ms the other's tone was there. */
const watch = (page, tone) => page.evaluate(async ({ tone, seconds }) => {
  const remote = new Set(window.__sylk.pc.getReceivers().map(receiver => receiver.track.id));
  const video = [...document.querySelectorAll('video')].filter(item => item.videoWidth > 0 && item.srcObject?.getTracks().some(track => remote.has(track.id)))
    .sort((a, b) => b.clientWidth - a.clientWidth)[0];
  const gaps = [];
  let last = performance.now();
  const frame = now => { gaps.push(now - last); last = now; video.requestVideoFrameCallback(frame); };
  video.requestVideoFrameCallback(frame);

  const context = new AudioContext({ sampleRate: 48000 });
  await context.resume();
  const tap = context.createScriptProcessor(4096, 1, 1);
  for (const receiver of window.__sylk.pc.getReceivers().filter(item => item.track.kind === 'audio'))
    context.createMediaStreamSource(new MediaStream([receiver.track])).connect(tap);
  tap.connect(context.destination);
  const heard = [];
  let pending = [];
  tap.onaudioprocess = event => {
    pending.push(...event.inputBuffer.getChannelData(0));
    for (; pending.length >= 4800; pending = pending.slice(4800)) heard.push(isTone(pending.slice(0, 4800)));
  };
  function isTone(samples) {
    const turn = 2 * Math.cos(2 * Math.PI * tone / 48000);
    let [a, b, energy] = [0, 0, 0];
    for (const sample of samples) { [a, b] = [sample + turn * a - b, a]; energy += sample * sample; }
    const atTone = (a * a + b * b - turn * a * b) * 2 / samples.length;
    return energy / samples.length > 1e-6 && atTone / energy > 0.5;
  }

  await new Promise(resolve => setTimeout(resolve, seconds * 1000));
  await context.close();
  gaps.push(performance.now() - last);
  const streams = [];
  (await window.__sylk.pc.getStats()).forEach(item => {
    if (item.type === 'inbound-rtp' && item.packetsReceived > 0)
      streams.push({ kind: item.kind, received: item.packetsReceived, lost: item.packetsLost, nacks: item.nackCount, plis: item.pliCount, repaired: item.retransmittedPacketsReceived, freezes: item.freezeCount, frozen: item.totalFreezesDuration, concealed: item.concealedSamples });
  });
  return { frames: gaps.length, longest: Math.round(Math.max(...gaps)), windows: heard.length, toned: heard.filter(Boolean).length, streams };
}, { tone, seconds });

test('both people are in the call through the bad network', { timeout: 120_000 }, async () => {
  pages = [];
  for (const [i, name] of Object.keys(tones).entries())
    pages.push(await join_(browsers[i], server, 'storm', name, { script: `${through(relay.port)}(${smallCamera})()` }));
  for (const page of pages)
    await page.waitForFunction(() => [...document.querySelectorAll('video')].filter(video => video.videoWidth > 0).length >= 2, null, { timeout: 20_000 });
  await pages[0].waitForTimeout(5000);
});

test('for a minute no picture stands still for more than 500 ms, and the tone is in 95 % of all windows of 100 ms', { timeout: 120_000 }, async () => {
  const seen = await Promise.all([watch(pages[0], tones.Bob), watch(pages[1], tones.Alice)]);
  const told = await relay.stop();
  const facts = `${JSON.stringify(seen)} relay ${JSON.stringify(told)}`;
  console.log(facts);
  const share = told.lost / (told.lost + told.passed);
  assert.ok(share > 0.04 && share < 0.06, `the relay lost ${share}`);
  for (const page of seen) {
    assert.ok(page.frames >= 15 * seconds * 0.8, `too few frames: ${facts}`);
    assert.ok(page.longest <= 500, `a picture stood still for ${page.longest} ms: ${facts}`);
    assert.ok(page.windows >= 9 * seconds && page.toned >= 0.95 * page.windows, `the tone was in ${page.toned} of ${page.windows} windows: ${facts}`);
  }
});
