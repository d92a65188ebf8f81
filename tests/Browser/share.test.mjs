// A screen with sound beside the camera; what the page and the browser's own bar say about stopping agrees (B5).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { counters, enter, heardTones, inbound, join_, launch, near } from './chromium.mjs';
import { startServer } from './server.mjs';

/** A loaded machine may starve a window of sound; what must be heard is heard in one of four, and what must not be is in none of them. */
async function hears(page, wanted, unwanted) {
  let tones = [];
  for (let i = 0; i < 4 && !wanted.every(tone => near(tones, tone)); i++) {
    tones = await heardTones(page);
    assert.ok(!unwanted.some(tone => near(tones, tone)), `heard ${tones}`);
  }
  assert.ok(wanted.every(tone => near(tones, tone)), `heard ${tones}, not ${wanted}`);
}
let server, browsers, alice, bob;

/** In place of the browser's capture: a red screen that sounds at 2.5 kHz, so that picture and sound can be told from camera and voice. */
const redScreen = () => {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
    const drawing = canvas.getContext('2d');
    let frame = 0;
    setInterval(() => { drawing.fillStyle = `rgb(${200 + frame++ % 40}, 16, 16)`; drawing.fillRect(0, 0, 1280, 720); }, 50);
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 2500 });
    const sound = context.createMediaStreamDestination();
    tone.connect(sound);
    tone.start();
    window.__shared = new MediaStream([...canvas.captureStream(20).getTracks(), ...sound.stream.getTracks()]);
    return window.__shared;
  };
};

/** Average colours of all pictures the page shows that came from others. */
const colours = page => page.evaluate(() => {
  const remote = new Set(window.__sylk.pc.getReceivers().map(receiver => receiver.track.id));
  return [...document.querySelectorAll('video')]
    .filter(video => video.videoWidth > 0 && video.srcObject?.getVideoTracks().some(track => remote.has(track.id)))
    .map(video => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 32 });
      const drawing = canvas.getContext('2d');
      drawing.drawImage(video, 0, 0, 32, 32);
      const data = drawing.getImageData(0, 0, 32, 32).data;
      const [red, green] = [0, 1].map(channel => data.filter((_, i) => i % 4 === channel).reduce((sum, value) => sum + value, 0) / 1024);
      return red > green + 80 ? 'red' : green > red + 40 ? 'green' : `${red},${green}`;
    }).sort();
});

const sees = (page, wanted) => page.waitForFunction(count => [...document.querySelectorAll('video')].filter(video => video.videoWidth > 0).length >= count, wanted, { timeout: 20_000 });
const sources = page => page.evaluate(() => Object.values(window.__sylk.room.tracks).filter(track => track.participantId !== window.__sylk.room.selfId).map(track => track.source).sort());
/** Waits until others publish exactly these sources. */
const published = (page, wanted) => page.waitForFunction(
  list => Object.values(window.__sylk.room.tracks).filter(track => track.participantId !== window.__sylk.room.selfId).map(track => track.source).sort().join() === list,
  wanted.join(), { timeout: 15_000 });

before(async () => {
  server = await startServer();
  browsers = [await launch(440), await launch(1000)];
  alice = await join_(browsers[0], server, 'review', 'Alice', { script: redScreen });
  bob = await join_(browsers[1], server, 'review', 'Bob');
});

after(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await server?.stop();
});

test('B5 a shared screen and its sound arrive beside the camera and the voice, and nobody else renegotiates', { timeout: 90_000 }, async () => {
  await sees(bob, 2);
  await alice.getByRole('button', { name: 'Share screen' }).click();
  await published(bob, ['camera', 'microphone', 'screen', 'screenAudio']);
  await sees(bob, 3);
  await bob.waitForTimeout(3000);
  assert.deepEqual(await colours(bob), ['green', 'red']);
  await hears(bob, [440, 2500], [1000]);
  const moving = async () => (await inbound(bob)).filter(item => item.kind === 'video').map(item => item.frames);
  const before = await moving();
  await bob.waitForTimeout(2000);
  const now = await moving();
  assert.equal(now.length, 2);
  const gained = now.map((frames, i) => frames - before[i]).sort((a, b) => a - b);
  assert.ok(gained[0] >= 6 && gained[1] >= 30, `frames went from ${before} to ${now}`); // a screen is sent at 5 a second, text by default
  const { offers, renegotiationsByOthers } = await counters(bob);
  assert.deepEqual({ offers, renegotiationsByOthers }, { offers: 1, renegotiationsByOthers: 0 });
});

test('B5 stopping in the browser\'s bar stops it in the page and for the others; the camera stays on', { timeout: 60_000 }, async () => {
  await alice.evaluate(() => window.__shared.getVideoTracks()[0].dispatchEvent(new Event('ended')));
  await published(bob, ['camera', 'microphone']);
  await alice.getByRole('button', { name: 'Share screen' }).waitFor({ timeout: 10_000 });
  await bob.waitForTimeout(2000);
  assert.deepEqual(await colours(bob), ['green']);
  await hears(bob, [440], [1000, 2500]);
});

test('B5 sharing again and stopping in the page does the same', { timeout: 60_000 }, async () => {
  await alice.getByRole('button', { name: 'Share screen' }).click();
  await published(bob, ['camera', 'microphone', 'screen', 'screenAudio']);
  await alice.getByRole('button', { name: 'Stop sharing' }).click();
  await published(bob, ['camera', 'microphone']);
  await alice.waitForFunction(() => window.__shared.getTracks().every(track => track.readyState === 'ended'), null, { timeout: 5000 });
  assert.deepEqual(await sources(bob), ['camera', 'microphone']);
  assert.deepEqual([...alice.faults, ...bob.faults], []);
});

/** Chromium's own choice of a tab, made for the person, and the tab really sounds: a browser told to be mute would send silence. */
async function tabSharer() {
  const browser = await launch(440, { asks: true, ignoreDefaultArgs: ['--mute-audio'], args: ['--auto-select-tab-capture-source-by-title=Film'] });
  browsers.push(browser);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ['camera', 'microphone'] });
  const film = await context.newPage();
  await film.setContent('<title>Film</title>');
  await film.evaluate(() => {
    const sound = new AudioContext();
    const tone = new OscillatorNode(sound, { frequency: 2500 });
    tone.connect(sound.destination);
    tone.start();
    let frame = 0;
    setInterval(() => { document.body.style.background = `rgb(${200 + frame++ % 40}, 16, 16)`; }, 50);
  });
  const page = await context.newPage();
  await page.goto(`${server.url}/r/cinema?debug=1`);
  await enter(page, 'Carol');
  return { page, film };
}

test('B5 a tab that Chromium itself captures comes with the sound it makes, beside the camera and the voice', { timeout: 90_000 }, async () => {
  for (const page of [alice, bob]) await page.context().close();
  const { page: carol, film } = await tabSharer();
  const dan = await join_(browsers[1], server, 'cinema', 'Dan');
  await sees(dan, 2);
  await carol.getByRole('button', { name: 'Share screen' }).click();
  await published(dan, ['camera', 'microphone', 'screen', 'screenAudio']);
  await sees(dan, 3);
  await dan.waitForTimeout(3000);
  assert.deepEqual(await colours(dan), ['green', 'red']);
  await hears(dan, [440, 2500], [1000]);
  await film.close();
  await published(dan, ['camera', 'microphone']);
  await carol.getByRole('button', { name: 'Share screen' }).waitFor({ timeout: 10_000 });
  await hears(dan, [440], [2500]);
});
