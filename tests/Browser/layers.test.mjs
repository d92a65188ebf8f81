// Layers in real browsers: one publishes in several sizes, others look at one after another and at somebody else in between.
// SYLK_LAYERS_SECONDS: how long each format is watched (in ./test a few rounds; the release is judged by 300).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join_, launch } from './chromium.mjs';
import { launchFirefox } from './firefox.mjs';
import { decoding, look, publishIn, sending, takeView, videoTrackOf } from './layered.mjs';
import { startServer } from './server.mjs';

const seconds = Number(process.env.SYLK_LAYERS_SECONDS ?? 10);
const [width, height, frameRate, most] = [960, 540, 15, 400];
const simulcast = [
  { rid: 'l', scaleResolutionDownBy: 4, maxBitrate: 150_000 }, { rid: 'm', scaleResolutionDownBy: 2, maxBitrate: 450_000 },
  { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];
const within = scalabilityMode => [{ scalabilityMode, maxBitrate: 1_500_000 }];
let server, studio, chromium, firefox;

before(async () => {
  server = await startServer();
  [studio, chromium, firefox] = [await launch(600), await launch(900), await launchFirefox(700)];
});

after(async () => {
  for (const browser of [studio, chromium, firefox]) await browser?.close();
  await server?.stop();
});

async function watchInFirefox(room, script) {
  const page = await firefox.newPage();
  await page.evaluateOnNewDocument(script);
  await page.goto(`${server.url}/r/${room}?debug=1`);
  await page.waitForSelector('input');
  await page.type('input', 'Fiona');
  await (await page.waitForSelector('::-p-xpath(//button[contains(normalize-space(.), "without devices") and not(@disabled)])')).click();
  await page.waitForFunction(() => window.__sylk?.pc?.connectionState === 'connected', { timeout: 20_000 });
  return page;
}

async function untilTopIsSent(page, name) {
  for (let i = 0; i < 60; i++) {
    const streams = await sending(page);
    if (streams.some(item => item.height === height && item.frames > 15)) return streams;
    await page.waitForTimeout(500);
  }
  throw new Error(`${name}: the largest picture is not sent: ${JSON.stringify(await sending(page))}`);
}

/** Up, down and across until the time is over. */
async function watch(page, alice, bert, forMs) {
  await takeView(page);
  // The first second belongs to the estimate of the link, not to layers.
  await look(page, { trackId: alice, height: 720, lines: height, holdMs: 2500, mostMs: 8000 });
  const before = await decoding(page);
  const [ups, others] = [[], []];
  const until = Date.now() + forMs;
  while (Date.now() < until)
    for (const [trackId, asked, lines, list] of [
      [alice, 180, 135, others], [alice, 720, height, ups], [bert, 720, 180, others], [alice, 360, 270, others], [alice, 720, height, ups],
    ])
      list.push({ asked, ...await look(page, { trackId, height: asked, lines }) });
  const after = await decoding(page);
  return { ups, others, plis: after.plis - before.plis, freezes: after.freezes - before.freezes, decoded: after.decoded - before.decoded };
}

function judge(who, { ups, others, plis, freezes, decoded }) {
  const took = ups.map(item => item.took).sort((a, b) => a - b);
  const p95 = took[Math.ceil(took.length * 0.95) - 1];
  const longest = Math.max(...[...ups, ...others].map(item => item.longest));
  console.log(`${who}: ${ups.length + others.length} changes, up p50 ${took[took.length >> 1]} p95 ${p95} ms, longest wait ${longest} ms, ${plis} PLI, ${freezes} freezes, ${decoded} frames`);
  const facts = `${who} ${JSON.stringify({ ups, others })}`;
  assert.ok([...ups, ...others].every(item => item.took >= 0), `a size was never shown: ${facts}`);
  assert.ok(p95 <= most, `up within ${p95} ms: ${facts}`);
  assert.ok(longest <= most, `a picture stood still for ${longest} ms: ${facts}`);
  // A decoder that lacks something asks for a keyframe.
  assert.equal(plis, 0, facts);
}

for (const { name, codec, encodings, inFirefox = true } of [
  { name: 'VP8 simulcast', codec: 'VP8', encodings: simulcast },
  { name: 'H.264 simulcast', codec: 'H264', encodings: simulcast, inFirefox: false },
  { name: 'VP9 SVC L3T3_KEY', codec: 'VP9', encodings: within('L3T3_KEY') },
  { name: 'VP9 SVC L3T3', codec: 'VP9', encodings: within('L3T3') },
])
  test(`${name}: up, down and across without a freeze`, { timeout: 90_000 + seconds * 4000 }, async () => {
    const room = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const script = (encodings, width, height) => `(${publishIn})(${JSON.stringify({ codec, encodings, width, height, frameRate })})`;
    const alice = await join_(studio, server, room, 'Alice', { script: script(encodings, width, height) });
    const bert = await join_(studio, server, room, 'Bert', { script: script(null, 320, 180).replace('"encodings":null', '"encodings":[{}]') });
    const carol = await join_(chromium, server, room, 'Carol', { script: script(null, width, height), devices: false });
    const fiona = inFirefox ? await watchInFirefox(room, script(null, width, height)) : null;
    try {
      await untilTopIsSent(alice, name);
      const [a, b] = [await videoTrackOf(carol, 'Alice'), await videoTrackOf(carol, 'Bert')];
      judge(`${name}, Chromium`, await watch(carol, a, b, seconds * 1000));
      if (fiona) judge(`${name}, Firefox`, await watch(fiona, a, b, seconds * 1000));
    } finally {
      for (const page of [fiona, carol, bert, alice]) await page?.close();
    }
  });
