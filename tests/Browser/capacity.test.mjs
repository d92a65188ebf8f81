// F-14 with real browsers: the way to the watching one carries 2 Mbit/s, then 300 kbit/s, then 2 Mbit/s again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join_, launch } from './chromium.mjs';
import { startRelay } from './relay.mjs';
import { startServer } from './server.mjs';

let server, relay, browsers, alice, bob;

before(async () => {
  server = await startServer();
  relay = await startRelay(server.mediaPort, 20261126, 0, 0);
  browsers = [await launch(440), await launch(1000)];
});

after(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await relay?.stop();
  await server?.stop();
});

/** The answer's candidates become the relay's address; there is no way around it by TCP. */
const through = port => `(() => {
  const set = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    const lines = description.sdp.split('\\r\\n').filter(line => !line.startsWith('a=candidate:') || / udp .* 127\\.0\\.0\\.1 /i.test(line));
    const sdp = lines.map(line => line.startsWith('a=candidate:') ? line.replace(/127\\.0\\.0\\.1 \\d+/, '127.0.0.1 ${port}') : line).join('\\r\\n');
    return set.call(this, { type: description.type, sdp });
  };
})();`;

/** Video bits a second over a while, and what share of the sound had to be made up. */
async function measure(page, seconds) {
  const read = () => page.evaluate(async () => {
    const sum = { video: 0, samples: 0, concealed: 0 };
    (await window.__sylk.pc.getStats()).forEach(item => {
      if (item.type !== 'inbound-rtp') return;
      if (item.kind === 'video') sum.video += item.bytesReceived;
      else { sum.samples += item.totalSamplesReceived ?? 0; sum.concealed += (item.concealedSamples ?? 0) - (item.silentConcealedSamples ?? 0); }
    });
    return sum;
  });
  const before = await read();
  await page.waitForTimeout(seconds * 1000);
  const now = await read();
  return {
    video: Math.round((now.video - before.video) * 8 / seconds),
    concealed: (now.concealed - before.concealed) / Math.max(1, now.samples - before.samples),
  };
}

test('two people meet, one of them behind the relay', { timeout: 90_000 }, async () => {
  relay.rate(2_000_000);
  alice = await join_(browsers[0], server, 'narrow', 'Alice');
  bob = await join_(browsers[1], server, 'narrow', 'Bob', { script: through(relay.port) });
  await bob.waitForFunction(() => [...document.querySelectorAll('video')].filter(video => video.videoWidth > 0).length >= 2, null, { timeout: 20_000 });
  await bob.waitForTimeout(15_000);
});

test('F-14 the picture shrinks within 3 s, sound goes on, and it returns within 15 s', { timeout: 120_000 }, async () => {
  const wide = await measure(bob, 3);
  relay.rate(300_000);
  await bob.waitForTimeout(3000);
  const narrow = await measure(bob, 8);
  relay.rate(2_000_000);
  await bob.waitForTimeout(12_000);
  const again = await measure(bob, 3);
  const facts = JSON.stringify({ wide, narrow, again });
  console.log(facts);
  assert.ok(narrow.video <= 270_000, `the picture did not shrink: ${facts}`);
  assert.ok(narrow.concealed <= 0.05, `sound suffered: ${facts}`);
  assert.ok(again.video >= Math.min(wide.video, 1_000_000) * 0.7, `the picture did not return: ${facts}`);
});
