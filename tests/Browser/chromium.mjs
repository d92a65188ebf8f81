// People in Chromium: a browser with its own tone, and what a page of ours tells about itself.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { writeTone } from './tone.mjs';

/** `asks`: devices are as the permissions say, instead of always granted. */
export async function launch(frequency, { cameras = 1, asks = false, args = [], ...options } = {}) {
  const wav = join(mkdtempSync(join(tmpdir(), 'sylk-tone-')), 'tone.wav');
  writeTone(wav, frequency);
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    ...options,
    args: [
      '--no-sandbox', `--use-fake-device-for-media-stream=device-count=${cameras}`, `--use-file-for-fake-audio-capture=${wav}`,
      '--allow-loopback-in-peer-connection', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required',
      '--auto-select-desktop-capture-source=Entire screen', ...(asks ? [] : ['--use-fake-ui-for-media-stream']), ...args,
    ],
  });
}

export async function join_(browser, server, room, name, { devices = true, script } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  if (script) await page.addInitScript(script);
  page.faults = [];
  page.on('pageerror', fault => page.faults.push(fault.message));
  await page.goto(`${server.url}/r/${room}?debug=1`);
  await enter(page, name, devices);
  return page;
}

export async function enter(page, name, devices = true) {
  await page.getByLabel(/your name/i).fill(name);
  if (devices)
    await page.waitForFunction(() => [...document.querySelectorAll('video')].some(video => video.videoWidth > 0), null, { timeout: 20_000 });
  await page.getByRole('button', { name: devices ? /^join$/i : /join without devices/i }).click();
  await page.waitForFunction(() => window.__sylk?.pc?.connectionState === 'connected', null, { timeout: 15000 });
  await page.getByRole('toolbar').waitFor(); // the connection may stand before the room is drawn and listens to keys
}

/** Inbound streams that carry something, newest numbers. */
export const inbound = page => page.evaluate(async () => {
  const found = [];
  (await window.__sylk.pc.getStats()).forEach(item => {
    if (item.type === 'inbound-rtp' && item.packetsReceived > 0)
      found.push({ kind: item.kind, frames: item.framesDecoded ?? 0, packets: item.packetsReceived, freezes: item.freezeCount ?? 0 });
  });
  return found;
});

/** Decoded frames a second; the best of a few windows, because both browsers and their encoders share two cores with the server. */
export async function decodedPerSecond(page, seconds = 3, windows = 5) {
  let best = 0;
  for (let i = 0; i < windows && best < 15; i++) best = Math.max(best, await rateOver(page, seconds));
  return best;
}

async function rateOver(page, seconds) {
  const count = async () => Math.max(0, ...(await inbound(page)).filter(item => item.kind === 'video').map(item => item.frames));
  const before = await count();
  await new Promise(resolve => setTimeout(resolve, seconds * 1000));
  return ((await count()) - before) / seconds;
}

/**
 * The strongest frequencies over all audio the page receives, in Hz.
 * `most`: tones looked for in one stream, which may be a mix; within 20 dB of its loudest, 60 Hz apart.
 */
export const heardTones = (page, most = 1) => page.evaluate(async most => {
  const context = new AudioContext({ sampleRate: 48000 });
  await context.resume();
  const analysers = window.__sylk.pc.getReceivers().filter(receiver => receiver.track.kind === 'audio').map(receiver => {
    const analyser = context.createAnalyser();
    analyser.fftSize = 8192;
    context.createMediaStreamSource(new MediaStream([receiver.track])).connect(analyser);
    return analyser;
  });
  await new Promise(resolve => setTimeout(resolve, 1500));
  const tones = [];
  for (const analyser of analysers) {
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const loudest = Math.max(...bins);
    for (let i = 0; i < most; i++) {
      const peak = bins.indexOf(Math.max(...bins));
      if (bins[peak] > -60 && bins[peak] > loudest - 20) tones.push(Math.round(peak * 48000 / 8192));
      bins.fill(-Infinity, Math.max(0, peak - 10), peak + 11);
    }
  }
  await context.close();
  return tones;
}, most);

/** Whether one of the tones is the wanted one, Hz. */
export const near = (tones, wanted) => tones.some(tone => Math.abs(tone - wanted) <= 25);

/** Average colour of the largest remote picture: the fake camera is green. */
export const seenColour = page => page.evaluate(() => {
  const videos = [...document.querySelectorAll('video')].filter(video => video.videoWidth > 0);
  videos.sort((a, b) => b.clientWidth * b.clientHeight - a.clientWidth * a.clientHeight);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 64;
  const drawing = canvas.getContext('2d');
  drawing.drawImage(videos[0], 0, 0, 64, 64);
  const data = drawing.getImageData(0, 0, 64, 64).data;
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) for (let c = 0; c < 3; c++) sums[c] += data[i + c];
  return sums.map(sum => sum / (data.length / 4));
});

export const counters = page => page.evaluate(() => ({ ...window.__sylk.counters }));
export const people = page => page.evaluate(() => Object.values(window.__sylk.room.participants).map(person => person.displayName).sort());
