// A person in Firefox, driven over WebDriver BiDi. Firefox never offers 127.0.0.1: run inside tests/in-namespace.sh.
import puppeteer from 'puppeteer-core';

/** Fake devices: a tone of its own frequency and a picture whose colour changes. */
export const launchFirefox = frequency => puppeteer.launch({
  browser: 'firefox',
  executablePath: '/usr/bin/firefox-esr',
  headless: true,
  extraPrefsFirefox: {
    'media.navigator.streams.fake': true,
    'media.navigator.audio.fake_frequency': frequency,
    'media.navigator.permission.disabled': true,
    'media.peerconnection.ice.obfuscate_host_addresses': false,
    'media.autoplay.default': 0,
    'media.autoplay.blocking_policy': 0,
  },
});

export async function joinWithFirefox(browser, server, room, name) {
  const page = await browser.newPage();
  page.faults = [];
  page.on('pageerror', fault => page.faults.push(fault.message));
  await page.evaluateOnNewDocument(smallCamera);
  await page.goto(`${server.url}/r/${room}?debug=1`);
  await page.waitForSelector('input');
  await page.type('input', name);
  await page.waitForFunction(() => [...document.querySelectorAll('video')].some(video => video.videoWidth > 0), { timeout: 30_000 });
  await (await page.waitForSelector('::-p-xpath(//button[normalize-space(.)="Join" and not(@disabled)])')).click();
  await page.waitForFunction(() => window.__sylk?.pc?.connectionState === 'connected', { timeout: 20_000 });
  return page;
}

/** Two browsers, their encoders and the server share two cores: the camera delivers a small picture. */
export function smallCamera() {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = wanted => open(wanted.video ? { ...wanted, video: { ...wanted.video, width: 320, height: 240, frameRate: 30 } } : wanted);
}

/** The strongest frequency of each audio track that is not silent, in Hz. Recorded, because without a sound card Firefox runs no AudioContext. */
export const recordedTones = page => page.evaluate(async () => {
  const record = track => new Promise(resolve => {
    const [recorder, parts] = [new MediaRecorder(new MediaStream([track])), []];
    recorder.ondataavailable = part => parts.push(part.data);
    recorder.onstop = async () => resolve(await new Blob(parts).arrayBuffer());
    recorder.start();
    setTimeout(() => recorder.stop(), 3000);
  });
  const strength = (samples, frequency) => {
    const turn = 2 * Math.cos(2 * Math.PI * frequency / 48000);
    let [last, before] = [0, 0];
    for (const sample of samples) [last, before] = [sample + turn * last - before, last];
    return last * last + before * before - turn * last * before;
  };
  const tracks = window.__sylk.pc.getReceivers().map(receiver => receiver.track).filter(track => track.kind === 'audio' && !track.muted);
  const tones = [];
  for (const recording of await Promise.all(tracks.map(record))) {
    const sound = await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(recording).catch(() => null);
    const samples = sound?.getChannelData(0).slice(-48000) ?? [];
    if (!samples.some(sample => Math.abs(sample) > 0.01)) continue;
    let [best, most] = [0, 0];
    for (let frequency = 100; frequency <= 2000; frequency += 10) {
      const found = strength(samples, frequency);
      if (found > most) [best, most] = [frequency, found];
    }
    tones.push(best);
  }
  return tones;
});
