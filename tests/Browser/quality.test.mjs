// What people are told of their connections: through the relay that loses 20 % of what it carries, then through one that holds a
// rate too low for pictures. Bars and words on the page, numbers in the panel, and the server's own metrics.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join_, launch } from './chromium.mjs';
import { smallCamera } from './firefox.mjs';
import { startRelay, through } from './relay.mjs';
import { startServer } from './server.mjs';

let server, relay, browsers, alice, bob;

before(async () => {
  server = await startServer();
  relay = await startRelay(server.mediaPort, 20261126, 0.2, 10);
  browsers = [await launch(440), await launch(1000)];
});

after(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await relay?.stop();
  await server?.stop();
});

const valueOf = (metrics, name, ...labels) => metrics.split('\n')
  .filter(line => line.startsWith(`${name}{`) && labels.every(label => line.includes(label)))
  .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf('}') + 1).trim().split(' ')[0]), 0);

test('a link that loses a fifth shows as weak, with the cause in words, to both people', { timeout: 120_000 }, async () => {
  alice = await join_(browsers[0], server, 'weak', 'Alice', { script: `(${smallCamera})()` });
  bob = await join_(browsers[1], server, 'weak', 'Bob', { script: `${through(relay.port)}(${smallCamera})()` });
  const words = /connection: packets get lost/i;
  // Of Bob Alice sees what he sends; Bob is told of himself.
  await alice.locator('[data-tile]', { hasText: 'Bob' }).locator('[data-quality]').waitFor({ timeout: 40_000 });
  const mark = alice.locator('[data-tile]', { hasText: 'Bob' }).locator('[data-quality]');
  assert.match(await mark.textContent(), words);
  assert.match(await mark.getAttribute('title'), words);
  assert.match(await alice.locator('[data-tile]', { hasText: 'Bob' }).getAttribute('aria-label'), words);
  const own = bob.locator('[data-own-quality]');
  await bob.waitForFunction(() => Number(document.querySelector('[data-own-quality]')?.dataset.ownQuality) <= 3, null, { timeout: 20_000 });
  assert.match(await own.getAttribute('aria-label'), /Your connection: .*packets get lost.*Open statistics/);
  assert.equal(await alice.locator('[data-tile]', { hasText: 'Alice' }).locator('[data-quality]', { hasText: 'packets get lost' }).count(), 0, 'Alice has no loss');
});

test('the panel has the numbers of each way, from both ends', { timeout: 60_000 }, async () => {
  await bob.locator('[data-own-quality]').click();
  const panel = bob.locator('#stats');
  await panel.getByText('Arriving at the server').waitFor({ timeout: 10_000 });
  const text = (await panel.innerText()).replaceAll('\u00a0', ' ');
  const [, sent] = text.match(/You · microphone[\s\S]*?Loss ([\d.]+) %/) ?? [];
  assert.ok(sent > 8 && sent < 35, `the server sees ${sent} % lost on Bob's way in: ${text}`);
  assert.match(text, /Sending:\s*\S+.* connection: packets get lost/);
  assert.match(text, /Receiving[\s\S]*Alice[\s\S]*Loss [\d.]+ % · Jitter \d+ ms · RTT \d+ ms/);
  assert.match(text, /size \d of \d/);
});

test('the metrics say the same', { timeout: 60_000 }, async () => {
  // Chromium reports on sound every five seconds.
  let metrics;
  for (const until = Date.now() + 12_000; Date.now() < until; await bob.waitForTimeout(500)) {
    metrics = await server.metrics();
    if (valueOf(metrics, 'sylk_media_packet_lost_total', 'network_io_direction="transmit"', 'sylk_media_kind="audio"') > 10) break;
  }
  for (const direction of ['receive', 'transmit']) {
    const lost = valueOf(metrics, 'sylk_media_packet_lost_total', `network_io_direction="${direction}"`, 'sylk_media_kind="audio"');
    const packets = valueOf(metrics, 'sylk_media_packets_total', `network_io_direction="${direction}"`, 'sylk_media_kind="audio"');
    assert.ok(lost > packets * 0.04 && lost < packets * 0.25, `${direction}: ${lost} of ${packets}`);
  }
  assert.ok(valueOf(metrics, 'sylk_media_packet_redundant_total') > 0, 'no sound went out as RED');
  assert.ok(valueOf(metrics, 'sylk_media_rtt_seconds_count') > 0);
  assert.equal(valueOf(metrics, 'sylk_ice_connections_total', 'sylk_outcome="connected"'), 2);
  assert.equal(valueOf(metrics, 'sylk_join_duration_seconds_count', 'sylk_join_outcome="media"'), 2);
  const [count, sum] = ['count', 'sum'].map(part => valueOf(metrics, `sylk_media_forward_duration_seconds_${part}`));
  assert.ok(count > 100 && sum / count < 0.02, `forwarding took ${sum / count} s on average of ${count}`);
});

test('a link too slow for pictures says so on the tile and once for all', { timeout: 90_000 }, async () => {
  await bob.keyboard.press('Escape');
  relay.rate(60_000);
  const words = 'Video paused to save bandwidth';
  await bob.locator('[data-tile]', { hasText: 'Alice' }).locator('[data-paused]').waitFor({ timeout: 60_000 });
  assert.equal(await bob.locator('[data-tile]', { hasText: 'Alice' }).locator('[data-paused]').textContent(), words);
  assert.ok((await bob.locator('[data-tile]', { hasText: 'Alice' }).getAttribute('aria-label')).includes(words));
  await bob.getByRole('status').filter({ hasText: 'carries no video' }).waitFor({ timeout: 5_000 });
});
