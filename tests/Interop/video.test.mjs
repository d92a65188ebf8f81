// Real video phones (baresip) in a room with Chromium and with each other: whose picture is seen where.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { inbound, join_, launch } from '../Browser/chromium.mjs';
import { startServer } from '../Browser/server.mjs';
import { startBaresip } from './sip/baresip.mjs';

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
const folder = mkdtempSync(join(tmpdir(), 'sylk-video-'));
const phones = [];
const pages = [];
let server, browser, looker, shots = 0;

before(async () => {
  server = await startServer(['--Media:Shards=1', '--Sip:Enabled=true', '--Sip:AllowSdesOverPlain=true', '--Sip:DialOut:Enabled=true', '--Sip:DialOut:AllowDomains:0=127.0.0.1', `--Sip:Sounds=${new URL('../../artifacts/sounds', import.meta.url).pathname}`]);
  browser = await launch(500);
  looker = await (await browser.newContext()).newPage();
});
// Those of one test leave the machine to the next.
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
  await Promise.all(phones.splice(0).map(phone => phone.stop()));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function phone(options) {
  const started = await startBaresip({ video: true, ...options });
  phones.push(started);
  return started;
}

const dial = (caller, room) => caller.call(`sip:${room}@127.0.0.1:${server.sipPort}`);

/** A page of our own whose camera is one colour and whose voice can be turned on and off. */
async function person(room, name, colour) {
  const script = `(${paint})(${JSON.stringify(colour)})`;
  const page = await join_(browser, server, room, name, { script });
  pages.push(page);
  return page;
}

/** Runs in the page. */
function paint(colour) {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const drawing = canvas.getContext('2d');
  let frame = 0;
  setInterval(() => {
    drawing.fillStyle = colour;
    drawing.fillRect(0, 0, 640, 360);
    drawing.fillStyle = 'grey';
    drawing.fillRect((frame++ * 8) % 640, 340, 40, 20);
  }, 66);
  let voice;
  window.speak = on => { voice.gain.value = on ? 0.5 : 0; };
  const microphone = () => {
    const context = new AudioContext();
    const [tone, gate, out] = [context.createOscillator(), context.createGain(), context.createMediaStreamDestination()];
    // Steady tones are no speech to anybody: this one comes and goes four times a second.
    const tremor = context.createOscillator();
    const depth = context.createGain();
    voice = context.createGain();
    voice.gain.value = 0;
    tremor.frequency.value = 4;
    depth.gain.value = 0.5;
    gate.gain.value = 0.5;
    tremor.connect(depth).connect(gate.gain);
    tone.connect(gate).connect(voice).connect(out);
    tone.start();
    tremor.start();
    return out.stream.getAudioTracks();
  };
  navigator.mediaDevices.getUserMedia = async wish => new MediaStream([
    ...(wish.video ? canvas.captureStream(15).getVideoTracks() : []), ...(wish.audio ? microphone() : [])]);
}

/** What a phone is shown: average colour of the left, middle and right third. */
async function shownTo(caller) {
  const path = join(folder, `${++shots}.png`);
  await caller.snapshot(path);
  await wait(1);
  return colours(`data:image/png;base64,${readFileSync(path).toString('base64')}`);
}

const colours = url => looker.evaluate(async url => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: 3, height: 1 });
  const drawing = canvas.getContext('2d');
  drawing.drawImage(image, 0, 0, 3, 1);
  const data = drawing.getImageData(0, 0, 3, 1).data;
  return [0, 1, 2].map(third => [...data.subarray(third * 4, (third * 4) + 3)]);
}, url);

/** The largest picture of the page that is not its own, as above. */
const seenBy = async (page, index = 0) => colours(await page.evaluate(index => {
  const found = [...document.querySelectorAll('video')].filter(video => video.videoWidth === 320 && video.videoHeight === 240);
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  canvas.getContext('2d').drawImage(found[index], 0, 0);
  return canvas.toDataURL();
}, index));

const NAMES = { red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255], yellow: [255, 255, 0], black: [0, 0, 0] };
const nameOf = colour => Object.entries(NAMES).map(([name, value]) => [Math.hypot(...value.map((part, i) => part - colour[i])), name]).sort((a, b) => a[0] - b[0])[0][1];

async function until(ask, passes, seconds = 12) {
  let last;
  for (let i = 0; i < seconds * 2; i++, await wait(0.5)) if (passes(last = await ask())) return last;
  assert.fail(`never came: ${JSON.stringify(last)}`);
}

/** A phone's own picture: three bars. */
const bars = thirds => thirds.map(nameOf).join() === 'red,green,blue';
const all = (thirds, name) => thirds.every(colour => nameOf(colour) === name);

test('IT-20: a page sees the camera of a video phone, and the phone whoever speaks, changing between two people', { timeout: 120_000 }, async () => {
  const yellow = await person('show', 'Yvonne', '#ffff00');
  const blue = await person('show', 'Bruno', '#0000ff');
  await yellow.evaluate(() => window.speak(true));
  const vera = await phone({ name: 'Vera', hertz: 900, account: 'audio_codecs=opus/48000/2;video_codecs=vp8' });
  await dial(vera, 'show');
  await vera.command('mute');
  await until(() => seenBy(yellow).catch(() => []), thirds => thirds.length > 0 && bars(thirds));
  await until(() => shownTo(vera), thirds => all(thirds, 'yellow'));
  const before = (await inbound(yellow)).filter(stream => stream.kind === 'video').map(stream => stream.frames);
  await wait(3);
  const after = (await inbound(yellow)).filter(stream => stream.kind === 'video').map(stream => stream.frames);
  assert.ok(after.some((frames, i) => frames - before[i] > 20), `frames of ${before} went to ${after}`);

  for (const [speaks, rests, name] of [[blue, yellow, 'blue'], [yellow, blue, 'yellow']]) {
    await rests.evaluate(() => window.speak(false));
    await speaks.evaluate(() => window.speak(true));
    await until(() => shownTo(vera), thirds => all(thirds, name));
  }
  assert.doesNotMatch(vera.log(), /decode error|vp8: .*fail/i);
});

for (const [security, account] of [['plain', ''], ['SDES', ';mediaenc=srtp-mand'], ['DTLS-SRTP', ';mediaenc=dtls_srtp']]) {
  test(`IT-21: two video phones, ${security}: each sees the other's picture`, { timeout: 60_000 }, async () => {
    const room = `pair-${security.toLowerCase()}`;
    const pair = [
      await phone({ name: 'One', hertz: 500, account: `audio_codecs=PCMU;video_codecs=vp8${account}` }),
      await phone({ name: 'Two', hertz: 900, account: `audio_codecs=opus/48000/2;video_codecs=vp8${account}` }),
    ];
    for (const one of pair) await dial(one, room);
    for (const one of pair) await until(() => shownTo(one), bars);
  });
}

test('IT-23: two phones that know H.264 only see each other', { timeout: 60_000 }, async () => {
  const pair = [
    await phone({ name: 'One', hertz: 500, account: 'audio_codecs=PCMU;video_codecs=h264' }),
    await phone({ name: 'Two', hertz: 900, account: 'audio_codecs=opus/48000/2;video_codecs=h264' }),
  ];
  for (const one of pair) await dial(one, 'h264');
  for (const one of pair) {
    await until(() => shownTo(one), bars);
    assert.match(one.log(), /Set video decoder: H264/);
  }
});

test('IT-22: a video phone that holds is not seen and sees nothing new; resumed, it is seen again', { timeout: 60_000 }, async () => {
  const page = await person('held', 'Yvonne', '#ffff00');
  const vera = await phone({ name: 'Vera', hertz: 900, account: 'audio_codecs=PCMU;video_codecs=vp8' });
  await dial(vera, 'held');
  await until(() => seenBy(page).catch(() => []), thirds => thirds.length > 0 && bars(thirds));
  const tracks = () => page.evaluate(() => Object.values(window.__sylk.room.tracks).filter(track => track.source === 'camera').length);
  assert.equal(await tracks(), 2);
  await vera.command('hold');
  await until(tracks, count => count === 1);
  await vera.command('resume');
  await until(tracks, count => count === 2);
  await until(() => seenBy(page).catch(() => []), thirds => thirds.length > 0 && bars(thirds));
});

/** Somebody on a page calls a phone from the dialog. */
async function callFrom(page, called) {
  await page.keyboard.press('p');
  await page.locator('#people').getByRole('button', { name: 'Call somebody' }).click();
  const dialog = page.getByRole('dialog', { name: 'Call somebody' });
  await dialog.getByLabel('SIP address or telephone number').fill(`${called.name.toLowerCase()}@127.0.0.1:${called.sip}`);
  await dialog.getByRole('button', { name: 'Call', exact: true }).click();
  await page.waitForFunction(() => Object.values(window.__sylk.room.tracks).filter(track => track.source === 'camera').length === 2, null, { timeout: 15_000 });
  await page.keyboard.press('Escape');
}

test('IT-23: a video phone that a page calls is seen and sees', { timeout: 60_000 }, async () => {
  const page = await person('called', 'Yvonne', '#ffff00');
  const vera = await phone({ name: 'Vera', hertz: 900, answers: true, account: 'audio_codecs=PCMU;video_codecs=vp8' });
  await callFrom(page, vera);
  await until(() => seenBy(page).catch(() => []), thirds => thirds.length > 0 && bars(thirds));
  await until(() => shownTo(vera), thirds => all(thirds, 'yellow'));
});

test('IT-23: a phone that is called and knows H.264 in whole units only sees and is seen by another', { timeout: 60_000 }, async () => {
  const page = await person('called-h264', 'Yvonne', '#ffff00');
  const one = await phone({ name: 'One', hertz: 500, answers: true, account: 'audio_codecs=PCMU;video_codecs=h264' });
  const two = await phone({ name: 'Two', hertz: 900, answers: true, account: 'audio_codecs=PCMU;video_codecs=h264' });
  await callFrom(page, one);
  await two.call(`sip:called-h264@127.0.0.1:${server.sipPort}`);
  for (const each of [one, two]) await until(() => shownTo(each).catch(() => []), thirds => thirds.length > 0 && bars(thirds));
});
