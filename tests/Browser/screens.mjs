// Pictures of every screen against the real server, at three sizes in two themes: node screens.mjs [name,name…] → artifacts/screens/
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startBaresip } from '../Interop/sip/baresip.mjs';
import { api, firstStart, signIn, startReceiver } from './admin.mjs';
import { startCluster } from './cluster.mjs';
import { launch } from './chromium.mjs';
import { paintDevices, refuseDevices } from './painted.mjs';
import { startRelay, through } from './relay.mjs';
import { startServer } from './server.mjs';

const out = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));
mkdirSync(out, { recursive: true });
const only = process.argv[2]?.split(',');
const wanted = (...names) => !only || names.some(name => only.includes(name));
const SIZES = (process.env.SIZES ?? '1440x900,1024x768,390x844').split(',').map(size => size.split('x').map(Number));
const THEMES = (process.env.THEMES ?? 'dark,light').split(',');
const LOOKS = SIZES.flatMap(([width, height]) => THEMES.map(theme => ({ width, height, theme })));
const PACE = Number(process.env.PACE ?? 2500);
const NAMES = ['Alice Vermeer', 'Bob Jansen', 'Carol Okafor', 'Dan Popescu', 'Eva Lindqvist', 'Farid Haddad'];

let server = await startServer();
const browser = await launch(440);
const faults = [];

async function open(path, { width, height, theme, seed = 0, refuse = false, paint = true, script }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, hasTouch: width < 640, isMobile: width < 640, permissions: ['clipboard-write'] });
  const page = await context.newPage();
  page.on('pageerror', fault => faults.push(`${path}: ${fault.message}`));
  if (refuse) await page.addInitScript(refuseDevices);
  else if (paint) await page.addInitScript(paintDevices, { seed, title: 'Quarterly review' });
  if (script) await page.addInitScript(script);
  // Whether the server calls anybody is its operator's choice; its dialogs are to be seen.
  await page.route('**/api/v1/public/config', async route => {
    const config = await (await route.fetch()).json();
    await route.fulfill({ json: { ...config, sip: { ...config.sip, dialOut: true } } });
  });
  await page.goto(`${server.url}${path}`);
  return page;
}
const shoot = async (page, name, { width, theme }) => {
  await page.mouse.move(2, 2);
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${out}${name}-${width}-${theme}.png` });
  console.log(`${name}-${width}-${theme}`);
};
const pictures = (page, count) => page.waitForFunction(
  n => [...document.querySelectorAll('video')].filter(video => video.videoWidth > 0).length >= n, count, { timeout: 30_000 })
  .catch(() => faults.push(`only part of ${count} pictures came`));

async function enter(page, name, { devices = true } = {}) {
  await page.getByLabel(/your name/i).fill(name);
  await page.getByRole('button', { name: devices ? /^join$/i : /join without devices/i }).click();
  await page.waitForFunction(() => window.__sylk?.pc?.connectionState === 'connected', null, { timeout: 30_000 });
}
async function member(room, seed, look = { width: 480, height: 320, theme: 'dark' }) {
  const page = await open(`/r/${room}?debug=1`, { ...look, seed });
  await enter(page, NAMES[seed]);
  return page;
}
const close = page => page.context().close();

const phone = look => look.width < 640;
/** A room with others in it; the first person comes in once for every look. */
async function room(name, others, visit) {
  const crowd = [];
  for (let seed = 1; seed <= others; seed++) crowd.push(await member(name, seed));
  for (const look of LOOKS) {
    const page = await member(name, 0, look);
    await pictures(page, Math.min(others + 1, phone(look) ? 4 : 9)); // a phone has four slots
    await page.waitForTimeout(PACE);
    await visit(page, look, crowd);
    await close(page);
  }
  for (const page of crowd) await close(page);
}
const panel = async (page, look, name) => {
  if (phone(look)) {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name }).click();
  } else await page.keyboard.press({ People: 'p', Chat: 'c' }[name] ?? 't');
};

if (wanted('home', 'lobby', 'nodevices', 'denied')) {
  for (const look of LOOKS) {
    if (wanted('home')) { const page = await open('/', look); await page.waitForTimeout(500); await shoot(page, 'home', look); await close(page); }
    if (wanted('lobby')) {
      const page = await open('/r/stand-up', { ...look, seed: 0 });
      await page.getByLabel(/your name/i).fill(NAMES[0]);
      await pictures(page, 1);
      await page.waitForTimeout(PACE);
      await shoot(page, 'lobby', look);
      await close(page);
    }
    if (wanted('nodevices')) {
      const page = await open('/r/stand-up', look);
      await page.waitForTimeout(800);
      for (const device of [/^microphone, on/i, /^camera, on/i]) await page.getByRole('button', { name: device }).click();
      await page.waitForTimeout(PACE);
      await shoot(page, 'nodevices', look);
      await close(page);
    }
    if (wanted('denied')) { const page = await open('/r/stand-up', { ...look, refuse: true }); await page.waitForTimeout(PACE); await page.screenshot({ path: `${out}denied-full-${look.width}-${look.theme}.png`, fullPage: true }); await shoot(page, 'denied', look); await close(page); }
  }
}
if (wanted('alone', 'left')) await room('alone', 0, async (page, look) => {
  await shoot(page, 'alone', look);
  await page.getByRole('button', { name: /^leave/i }).first().click();
  await shoot(page, 'left', look);
});
if (wanted('chat', 'chatedit', 'chatfiles', 'moderator', 'muteall')) await room('chat', 2, async (page, look, [bob, carol]) => {
  const say = (who, text, options = {}) => who.evaluate(([line, to]) => window.__sylk.session.chat.send(line, to), [text, options]);
  await say(bob, 'Good morning! The agenda is at https://example.org/agenda?week=48 (please add what is missing).');
  await say(bob, 'We start in two minutes.');
  await say(carol, 'Thanks. Who takes notes?');
  await say(bob, '/me raises a hand');
  await say(page, 'Sure, I wil.');
  await panel(page, look, 'Chat');
  await page.locator('[data-message]').filter({ hasText: 'Sure, I wil.' }).waitFor();
  await page.evaluate(() => { const { chat, store } = window.__sylk.session; return chat.edit(store.snapshot.chat.lines.at(-1).id, 'Sure, I will.'); });
  await page.evaluate(() => { const { chat, store } = window.__sylk.session; return chat.send('Could you send me the slides?', { to: Object.values(store.snapshot.room.participants).find(person => person.displayName.startsWith('Bob')).id }); });
  await say(carol, 'Here they are.', { to: await page.evaluate(() => window.__sylk.room.selfId) });
  await page.getByText('Here they are.', { exact: true }).waitFor();
  await page.evaluate(() => window.__sylk.session.store.update(state => ({ ...state, chat: { ...state.chat, lines: [...state.chat.lines.map(line => (line.content === 'Here they are.' ? { ...line, via: 'xmpp', from: { ...line.from, kind: 'xmpp' } } : line)), { ...state.chat.lines.find(line => line.to && line.mine), id: 'msg_lost', sequence: state.chat.lines.at(-1).sequence + 1, content: 'Are you there?', receipt: 'failed' }] } })));
  await page.getByRole('textbox', { name: 'Message' }).fill('One moment, my coffee is ready');
  await shoot(page, 'chat', look);
  await page.getByRole('textbox', { name: 'Message' }).fill('');
  await page.getByRole('textbox', { name: 'Message' }).press('ArrowUp');
  await shoot(page, 'chatedit', look);
  await page.getByRole('textbox', { name: 'Message' }).press('Escape');
  if (!wanted('chatfiles', 'moderator', 'muteall')) return;
  await page.getByRole('tab', { name: /^Files/ }).click();
  await shoot(page, 'chatfiles', look);
  await page.keyboard.press('Escape');
  await panel(page, look, 'People');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await shoot(page, 'moderator', look);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Mute all' }).click();
  await shoot(page, 'muteall', look);
  await page.keyboard.press('Escape');
});
if (wanted('two')) await room('two', 1, (page, look) => shoot(page, 'two', look));
if (wanted('three', 'roster', 'statistics', 'keys', 'confirm')) await room('three', 2, async (page, look, [bob]) => {
  await bob.keyboard.press('h');
  await shoot(page, 'three', look);
  await panel(page, look, 'People');
  await shoot(page, 'roster', look);
  await page.keyboard.press('Escape');
  await panel(page, look, 'Statistics');
  await page.waitForTimeout(PACE);
  await shoot(page, 'statistics', look);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await shoot(page, 'keys', look);
  await bob.keyboard.press('h');
});
if (wanted('six', 'speaker', 'share')) await room('six', 5, async (page, look, [bob]) => {
  await shoot(page, 'six', look);
  await page.keyboard.press('w');
  await page.keyboard.press('w');
  await page.waitForTimeout(PACE);
  await shoot(page, 'speaker', look);
  await page.keyboard.press('w');
  await bob.keyboard.press('s');
  await page.waitForTimeout(PACE + 1500);
  await shoot(page, 'share', look);
  await bob.keyboard.press('s');
});
if (wanted('phone', 'invite', 'dial', 'calls')) {
  const own = await startServer(['--Media:Shards=1', '--Sip:Enabled=true']);
  const caller = await startBaresip({ name: 'Paula', hertz: 1000, account: 'audio_codecs=opus/48000/2' });
  const held = await startBaresip({ name: 'Reception', hertz: 700, account: 'audio_codecs=PCMA' });
  const common = server;
  server = own; // pages are opened at it
  // What becomes of calls is the operator's and the other end's; here every way it can go is shown.
  const calls = () => window.__sylk.session.store.update(state => {
    const ago = seconds => new Date(Date.now() - seconds * 1000).toISOString();
    const end = (code, status, reason) => ({ state: 'ended', end: { code, side: 'them', sip: { status, reason } } });
    const list = [
      ['sip:lena@example.net', 'Lena Brandt', { state: 'ended', answeredAt: ago(300), end: { code: 'completed', side: 'them' } }], ['sip:marco@example.net', 'Marco Bianchi', end('callee_busy', 486, 'Busy Here')],
      ['tel:+4930901820', '', end('callee_timeout', 408, 'Request Timeout')], ['sip:nobody@example.net', '', end('address_unroutable', 404, 'Not Found')],
      ['sip:reception@example.net', 'Reception', { state: 'answered', answeredAt: ago(83), participantId: Object.values(state.room.participants).find(person => person.kind === 'sip')?.id }], ['sip:tomas@a-very-long-company-name.example.net', '', { state: 'ringing' }],
    ];
    return { ...state, room: { ...state.room, calls: Object.fromEntries(list.map(([to, displayName, more], i) => [`call_${i}`, { id: `call_${i}`, direction: 'out', to, displayName, by: state.room.selfId, startedAt: ago(90), ...more }])) } };
  });
  const mayDial = () => window.__sylk.session.store.update(state => ({ ...state, room: { ...state.room, room: { ...state.room.room, features: { ...state.room.room.features, dialOut: 'everyone' } } } }));
  const dialog = async (page, look, entry) => {
    await panel(page, look, phone(look) ? entry : 'People');
    if (!phone(look)) await page.locator('#people').getByRole('button', { name: entry, exact: true }).click();
    await page.waitForTimeout(600);
  };
  const back = async (page, look) => { await page.keyboard.press('Escape'); await page.waitForTimeout(400); if (!phone(look)) await page.keyboard.press('p'); };
  for (const one of [caller, held]) await one.dial(`sip:phones@127.0.0.1:${own.sipPort}`);
  await room('phones', 1, async (page, look) => {
    await held.command('hold');
    await page.waitForTimeout(1500);
    await shoot(page, 'phone', look);
    await panel(page, look, 'People');
    await shoot(page, 'phoneroster', look);
    await page.keyboard.press('Escape');
    await page.evaluate(mayDial);
    await dialog(page, look, 'Invite');
    await shoot(page, 'invite', look);
    await back(page, look);
    await dialog(page, look, 'Call somebody');
    await shoot(page, 'dial', look);
    await page.evaluate(calls);
    await shoot(page, 'calls', look);
    await back(page, look);
    await held.command('resume');
  });
  for (const one of [caller, held]) await one.stop();
  server = common;
  await own.stop();
}
if (wanted('weak', 'soundonly')) {
  const relay = await startRelay(server.mediaPort, 7, 0.15, 10);
  const crowd = [await member('weak', 1), await member('weak', 2)];
  for (const look of LOOKS) {
    const page = await member('weak', 0, { ...look, script: through(relay.port) });
    await pictures(page, 3);
    await page.waitForTimeout(15_000);
    await shoot(page, 'weak', look);
    await panel(page, look, 'Statistics');
    await page.waitForTimeout(3000);
    await shoot(page, 'weaknumbers', look);
    await page.keyboard.press('Escape');
    if (wanted('soundonly')) {
      relay.rate(60_000);
      await page.waitForTimeout(20_000);
      await shoot(page, 'soundonly', look);
      relay.rate(1e9);
    }
    await close(page);
  }
  for (const page of crowd) await close(page);
  await relay.stop();
}
if (wanted('admin')) {
  const receiver = await startReceiver();
  const own = await startServer(['--Media:Shards=1', '--Webhooks:AllowPrivateNetworks=true', '--Limits:RequestsBurst=2000']);
  const { page: first, key } = await firstStart(browser, own);
  await close(first);
  const call = api(own, key);
  for (const [name, title] of [['board', 'Board meeting'], ['design', 'Design review'], ['retro', ''], ['stand-up', 'Daily stand-up'], ['town-hall', 'Town hall']]) await call('POST', '/rooms', { name, title, access: { waitingRoom: name === 'stand-up', locked: name === 'retro' } });
  const { body: hook } = await call('POST', '/webhooks', { url: receiver.url, description: 'Lights in the hall', events: ['room.*', 'participant.*'] });
  await call('POST', '/api-keys', { name: 'Booking system', scopes: ['rooms:read', 'rooms:write'] });
  const guests = [];
  const visit = async (room, seed) => {
    const guest = await browser.newContext().then(context => context.newPage());
    await guest.addInitScript(paintDevices, { seed, title: '' });
    await guest.goto(`${own.url}/r/${room}?debug=1`);
    guests.push(guest);
    await guest.getByLabel(/your name/i).fill(NAMES[seed]);
    await guest.getByRole('button', { name: /^join$/i }).click();
    return guest;
  };
  for (const [room, seed] of [['town-hall', 1], ['town-hall', 2], ['design', 3], ['stand-up', 4]]) await visit(room, seed);
  for (const look of LOOKS) {
    const page = await signIn(browser, own, key, { viewport: { width: look.width, height: look.height }, colorScheme: look.theme, hasTouch: look.width < 640, isMobile: look.width < 640 });
    for (const [name, path] of [['overview', ''], ['rooms', '/rooms'], ['room', '/rooms/town-hall'], ['waiting', '/rooms/stand-up'], ['calls', '/calls'], ['webhooks', '/webhooks'], ['webhook', `/webhooks/${hook.id}`], ['keys', '/keys'], ['nodes', '/nodes'], ['config', '/config']]) {
      await page.goto(`${own.url}/admin${path}`);
      await page.waitForTimeout(700);
      await shoot(page, `admin-${name}`, look);
    }
    for (const [name, path, what] of [['newroom', '/rooms', 'New room'], ['newkey', '/keys', 'New key'], ['newhook', '/webhooks', 'New webhook'], ['person', '/rooms/town-hall', `Actions for ${NAMES[1]}`]]) {
      await page.goto(`${own.url}/admin${path}`);
      await page.getByRole('button', { name: what }).click();
      await shoot(page, `admin-${name}`, look);
    }
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await shoot(page, 'admin-rename', look);
    await page.goto(`${own.url}/admin/nodes`);
    await page.getByRole('button', { name: /^Drain/ }).click();
    await shoot(page, 'admin-drain', look);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await shoot(page, 'admin-gate', look);
    await close(page);
  }
  for (const guest of guests) await close(guest);
  await own.stop();
  await receiver.stop();
}
if (wanted('adminmove')) {
  const cluster = await startCluster();
  const [one, two] = [await cluster.start('web,rooms,media'), await cluster.start('web,rooms,media')];
  const { page: first, key } = await firstStart(browser, one);
  await close(first);
  const guest = await browser.newContext().then(context => context.newPage());
  await guest.goto(`${two.url}/r/town-hall`);
  await guest.getByLabel(/your name/i).fill(NAMES[1]);
  await guest.getByRole('button', { name: /join without devices/i }).click();
  for (const look of LOOKS) {
    const page = await signIn(browser, one, key, { viewport: { width: look.width, height: look.height }, colorScheme: look.theme, hasTouch: look.width < 640, isMobile: look.width < 640 });
    await page.goto(`${one.url}/admin/nodes`);
    await page.waitForTimeout(700);
    await shoot(page, 'adminmove-nodes', look);
    await page.goto(`${one.url}/admin/rooms/town-hall`);
    await page.getByRole('button', { name: 'Move the media' }).click();
    await shoot(page, 'adminmove-menu', look);
    await page.getByRole('menuitem').first().click();
    await shoot(page, 'adminmove-question', look);
    await close(page);
  }
  await close(guest);
  await cluster.stop();
}
if (wanted('reconnecting')) {
  const bob = await member('break', 1);
  const pages = [];
  for (const look of LOOKS) pages.push(await member('break', 0, look));
  await bob.waitForTimeout(PACE + 1500);
  await server.stop();
  server = null;
  await bob.waitForTimeout(5000);
  for (const [i, look] of LOOKS.entries()) await shoot(pages[i], 'reconnecting', look);
}
await browser.close();
await server?.stop();
console.log(faults.length ? `faults:\n${[...new Set(faults)].join('\n')}` : 'no page had a fault');
