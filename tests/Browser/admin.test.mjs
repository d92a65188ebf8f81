// The operator's page at /admin: each thing it offers is done with it, and looked for at the other end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, SIZES } from './accessibility.mjs';
import { api, firstStart, signIn, startReceiver, watch } from './admin.mjs';
import { enter, join_, launch } from './chromium.mjs';
import { startCluster } from './cluster.mjs';
import { startServer } from './server.mjs';

let server, browser, page, key, call, receiver;

before(async () => {
  receiver = await startReceiver();
  server = await startServer(['--Media:Shards=1', '--Webhooks:AllowPrivateNetworks=true', '--Limits:RequestsBurst=2000', '--Limits:RequestsPerSecond=500']);
  browser = await launch(440);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await receiver?.stop();
});

const go = async name => {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
};
const button = (name, where = page) => where.getByRole('button', { name, exact: typeof name === 'string' });
const row = (list, text) => page.getByRole('list', { name: list }).getByRole('listitem').filter({ hasText: text });
const dialog = name => page.getByRole('dialog', { name });
const confirm = async (title, yes) => button(yes, page.getByRole('alertdialog', { name: title })).click();
const person = name => row('People', name);
const verb = async (name, what) => {
  await button(`Actions for ${name}`).click();
  await page.getByRole('menuitem', { name: what }).click();
};
const microphone = (who, state) => who.getByRole('button', { name: `Microphone, ${state}` }).waitFor({ timeout: 10_000 });

test('the link of the first start makes the first key, once, and signs in', { timeout: 60_000 }, async () => {
  const code = await server.bootstrapCode;
  ({ page, key } = await firstStart(browser, server));
  call = api(server, key);
  assert.equal(new URL(page.url()).hash, '');
  assert.equal((await call('GET', '/server')).status, 200);
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  const late = await browser.newContext().then(context => context.newPage());
  await late.goto(`${server.url}/admin#bootstrap=${code}`);
  await late.getByRole('button', { name: 'Make the first key' }).click();
  await late.getByText(/This code is wrong, used, or older than a day/).waitFor();
  await late.context().close();
});

test('sign-in: a wrong key and one without server:write are refused in words; a good one is in', { timeout: 60_000 }, async () => {
  const { body: weak } = await call('POST', '/api-keys', { name: 'weak', scopes: ['rooms:read'] });
  const other = await browser.newContext().then(context => context.newPage());
  watch(other);
  await other.goto(`${server.url}/admin/rooms`);
  for (const [wrong, words] of [['sk_0123456789abcdef0123_456', /not known/], [weak.secret, /needs the scope server:write/]]) {
    await other.getByLabel('API key').fill(wrong);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.getByText(words).waitFor();
  }
  await other.getByLabel('API key').fill(key);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('heading', { level: 1, name: 'Rooms' }).waitFor();
  await other.reload(); // the cookie holds
  await other.getByRole('heading', { level: 1, name: 'Rooms' }).waitFor();
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.getByLabel('API key').waitFor();
  await other.reload();
  await other.getByLabel('API key').waitFor();
  assert.deepEqual(other.faults, []);
  await other.context().close();
});

test('rooms: made, refused in words, searched, page by page, changed, deleted', { timeout: 90_000 }, async () => {
  for (let i = 10; i < 35; i++) assert.equal((await call('POST', '/rooms', { name: `many-${i}` })).status, 201);
  await go('Rooms');
  await button('New room').click();
  const form = dialog('New room');
  await form.getByLabel('Name', { exact: true }).fill('not a name!');
  await button('Save', form).click();
  await form.getByRole('alert').getByText(/must be 1 to 64/).waitFor();
  await form.getByLabel('Name', { exact: true }).fill('board');
  await form.getByLabel('Title').fill('Board meeting');
  await form.getByText('Waiting room').click();
  await form.getByLabel('People at most').fill('12');
  await button('Save', form).click();
  await page.getByRole('heading', { level: 1, name: 'Board meeting' }).waitFor();
  const { body: made } = await call('GET', '/rooms/board');
  assert.deepEqual([made.title, made.access.waitingRoom, made.limits.maxParticipants, made.features.chat], ['Board meeting', true, 12, true]);

  await button('Edit').click();
  await dialog('Edit').getByLabel('Title').fill('Board');
  await dialog('Edit').getByText('Change their names').click();
  await button('Save', dialog('Edit')).click();
  await page.getByRole('heading', { level: 1, name: 'Board', exact: true }).waitFor();
  const { body: changed } = await call('GET', '/rooms/board');
  assert.deepEqual([changed.title, changed.features.rename, changed.limits.maxParticipants], ['Board', false, 12]);

  await button('Edit').click();
  await dialog('Edit').getByLabel('Title').fill('Mine');
  await call('PATCH', '/rooms/board', { title: 'Somebody else’s' });
  await button('Save', dialog('Edit')).click();
  await dialog('Edit').getByRole('alert').getByText(/Changed in the meantime/).waitFor();
  await page.keyboard.press('Escape');

  await go('Rooms');
  const names = () => page.getByRole('list', { name: 'Rooms' }).getByRole('listitem').locator('small').allInnerTexts();
  await row('Rooms', 'many-10').waitFor();
  const first = await names();
  assert.equal(first.length, 20);
  await button('Next').click();
  await row('Rooms', 'many-34').waitFor();
  const second = await names();
  assert.deepEqual([...first, ...second].sort(), ['board', ...Array.from({ length: 25 }, (_, i) => `many-${i + 10}`)].sort());
  await button('Previous').click();
  await row('Rooms', 'board').waitFor();
  await page.getByLabel('Name begins with').fill('many-3');
  await row('Rooms', 'many-10').waitFor({ state: 'detached' });
  await row('Rooms', 'many-34').waitFor();
  assert.deepEqual(await names(), ['many-30', 'many-31', 'many-32', 'many-33', 'many-34']);
  await page.getByLabel('Name begins with').fill('nothing-like-it');
  await page.getByText('There is no such room.').waitFor();

  await page.getByLabel('Name begins with').fill('board');
  await row('Rooms', 'board').getByRole('link').click();
  await button('Delete').click();
  await button('Cancel', page.getByRole('alertdialog', { name: 'Delete board?' })).click();
  assert.equal((await call('GET', '/rooms/board')).status, 200);
  await button('Delete').click();
  await confirm('Delete board?', 'Delete');
  await page.getByRole('heading', { level: 1, name: 'Rooms' }).waitFor();
  assert.equal((await call('GET', '/rooms/board')).status, 404);
});

test('B11 a live room: people come and go by themselves, and every verb reaches them', { timeout: 180_000 }, async () => {
  await go('Overview');
  const alice = await join_(browser, server, 'stage', 'Alice');
  await page.getByRole('listitem').filter({ hasText: 'participant.joined' }).filter({ hasText: 'Alice' }).waitFor({ timeout: 10_000 });
  await row('Rooms with people inside', 'stage').getByRole('link').click();
  await person('Alice').waitFor();
  const bob = await join_(browser, server, 'stage', 'Bob');
  await person('Bob').filter({ hasText: 'sends microphone, camera' }).waitFor({ timeout: 30_000 });

  await verb('Bob', 'Mute');
  await microphone(bob, 'off');
  await person('Bob').filter({ hasText: 'sends camera' }).waitFor();
  await verb('Bob', 'Ask to unmute');
  await bob.getByRole('alertdialog', { name: /asks you to unmute/ }).getByRole('button', { name: 'Unmute' }).click();
  await microphone(bob, 'on');
  await verb('Bob', 'Stop video');
  await bob.getByRole('button', { name: 'Camera, off' }).waitFor({ timeout: 10_000 });
  await verb('Alice', 'Spotlight for everyone');
  await bob.waitForFunction(() => window.__sylk.room.spotlight.length === 1);
  await button('End the spotlight').click();
  await bob.waitForFunction(() => window.__sylk.room.spotlight.length === 0);
  await bob.getByRole('button', { name: 'Raise hand' }).click();
  await person('Bob').filter({ hasText: 'Hand raised' }).waitFor();
  await button('Lower hands').click();
  await person('Bob').filter({ hasText: 'Hand raised' }).waitFor({ state: 'detached' });
  await bob.getByRole('button', { name: 'Raise hand' }).click();
  await person('Bob').filter({ hasText: 'Hand raised' }).waitFor();
  await verb('Bob', 'Lower this hand');
  await person('Bob').filter({ hasText: 'Hand raised' }).waitFor({ state: 'detached' });
  await verb('Bob', 'Make moderator');
  await person('Bob').filter({ hasText: 'Moderator' }).waitFor();
  await bob.getByRole('button', { name: 'Ways out' }).waitFor({ timeout: 10_000 });
  await verb('Bob', 'Make listener');
  await person('Bob').filter({ hasText: 'Listener' }).waitFor();
  await verb('Bob', 'Make member');
  await person('Bob').filter({ hasText: 'Member' }).waitFor();
  const rename = async (from, to) => {
    await verb(from, 'Rename');
    await dialog(`Rename ${from}`).getByLabel('Name').fill(to);
    await button('Save', dialog(`Rename ${from}`)).click();
    await person(to).waitFor();
    await alice.waitForFunction(name => Object.values(window.__sylk.room.participants).some(one => one.displayName === name), to);
  };
  await rename('Bob', 'Robert');
  await rename('Robert', 'Bob');
  await page.getByLabel('Text').fill('Ten minutes left.');
  await button('Send').click();
  await alice.getByText('Ten minutes left.').waitFor({ timeout: 10_000 });
  await button('Mute all').click();
  await microphone(alice, 'off');

  await button('Lock', page).click();
  await alice.waitForFunction(() => window.__sylk.room.room.access.locked === true);
  await button('Unlock').click();
  await alice.waitForFunction(() => window.__sylk.room.room.access.locked === false);
  await button('Edit').click();
  await dialog('Edit').getByText('Waiting room').click();
  await button('Save', dialog('Edit')).click();
  const knocks = async name => {
    const late = await browser.newContext().then(context => context.newPage());
    await late.goto(`${server.url}/r/stage?debug=1`);
    await late.getByLabel(/your name/i).fill(name);
    await late.getByRole('button', { name: /join without devices/i }).click();
    await late.getByRole('heading', { name: 'Waiting to be let in' }).waitFor({ timeout: 15_000 });
    return late;
  };
  const carol = await knocks('Carol');
  await button('Let in Carol').click();
  await carol.getByRole('toolbar').waitFor({ timeout: 15_000 });
  const dan = await knocks('Dan');
  await button('Decline Dan').click();
  await dialog('Decline Dan').getByLabel('Message (optional)').fill('We start at ten');
  await button('Decline', dialog('Decline Dan')).click();
  await dan.getByText('We start at ten').waitFor({ timeout: 10_000 });

  await verb('Carol', 'Remove');
  await confirm('Remove Carol from the room?', 'Remove');
  await carol.getByRole('heading', { name: 'You were removed from the room' }).waitFor({ timeout: 10_000 });
  await verb('Bob', 'Ban from this meeting');
  await confirm('Ban Bob from this meeting?', 'Ban from this meeting');
  await bob.getByRole('heading', { name: 'You were removed from the room' }).waitFor({ timeout: 10_000 });
  await person('Bob').waitFor({ state: 'detached' });
  await button('End the meeting').click();
  await confirm('End the meeting for everyone?', 'End the meeting');
  await alice.getByRole('heading', { name: 'The meeting has ended' }).waitFor({ timeout: 10_000 });
  for (const one of [alice, bob, carol, dan]) await one.context().close();
});

test('I1 a key, a room, two tokens: two people come in by the links they were given', { timeout: 60_000 }, async () => {
  await call('POST', '/rooms', { name: 'by-link', access: { mode: 'token' } });
  const visitors = [];
  for (const name of ['Anna', 'Ben']) {
    const { status, body } = await call('POST', '/rooms/by-link/tokens', { identity: `${name.toLowerCase()}@example.org`, displayName: name });
    assert.equal(status, 201);
    const visitor = await browser.newContext().then(context => context.newPage());
    await visitor.goto(body.joinUrl.replace('#', '?debug=1#'));
    await enter(visitor, 'Somebody', false);
    visitors.push(visitor);
  }
  for (const visitor of visitors) await visitor.waitForFunction(() => Object.values(window.__sylk.room.participants).map(one => one.displayName).sort().join() === 'Anna,Ben');
  const stranger = await browser.newContext().then(context => context.newPage());
  await stranger.goto(`${server.url}/r/by-link`);
  await stranger.getByLabel(/your name/i).fill('Mallory');
  await stranger.getByRole('button', { name: /join without devices/i }).click();
  await stranger.getByRole('heading', { name: 'You need an invitation' }).waitFor({ timeout: 15_000 });
  for (const one of [...visitors, stranger]) await one.context().close();
});

test('keys: shown once, good, turned, revoked at once', { timeout: 60_000 }, async () => {
  await go('API keys');
  await button('New key').click();
  const form = dialog('New key');
  await form.getByLabel('Name').fill('Booking system');
  await form.getByText('server:read', { exact: true }).click();
  await button('Make the key', form).click();
  const secret = async () => {
    const text = await dialog('Booking system').locator('[data-secret]').first().innerText();
    await button('I have kept it', dialog('Booking system')).click();
    return text;
  };
  const old = await secret();
  assert.deepEqual((await api(server, old)('GET', '/server')).status, 200);
  assert.equal((await api(server, old)('POST', '/api-keys', { name: 'x', scopes: ['server:read'] })).status, 403);
  await row('API keys', 'Booking system').waitFor();
  assert.doesNotMatch(await page.locator('body').innerText(), new RegExp(old.slice(-20)));
  await button('Actions for Booking system').click();
  await page.getByRole('menuitem', { name: 'New secrets' }).click();
  await confirm('Make new secrets for Booking system?', 'New secrets');
  const fresh = await secret();
  assert.deepEqual([(await api(server, fresh)('GET', '/server')).status, (await api(server, old)('GET', '/server')).status, fresh === old], [200, 200, false]);
  await button('Actions for Booking system').click();
  await page.getByRole('menuitem', { name: 'Revoke' }).click();
  await confirm('Revoke Booking system?', 'Revoke');
  await row('API keys', 'Booking system').getByText('Revoked').waitFor();
  assert.deepEqual([(await api(server, fresh)('GET', '/server')).status, (await api(server, old)('GET', '/server')).status], [401, 401]);
});

test('webhooks: made, tested, delivered, sent again, turned off, given a new secret, deleted', { timeout: 90_000 }, async () => {
  await go('Webhooks');
  await button('New webhook').click();
  await dialog('New webhook').getByLabel('Address').fill('ftp://nowhere');
  await button('Save', dialog('New webhook')).click();
  await dialog('New webhook').getByRole('alert').waitFor();
  await dialog('New webhook').getByLabel('Address').fill(receiver.url);
  await dialog('New webhook').getByLabel('What it is for').fill('Lights in the hall');
  await dialog('New webhook').getByText('room.*').click();
  await button('Save', dialog('New webhook')).click();
  const shown = dialog('The secret of this webhook');
  const secret = await shown.locator('[data-secret]').innerText();
  await button('I have kept it', shown).click();
  await row('Webhooks', 'Lights in the hall').getByRole('link').click();
  await button('Send a test').click();
  await row('Deliveries of the last 7 days', 'webhook.test').getByText('Delivered').waitFor({ timeout: 15_000 });
  assert.equal(receiver.taken.length, 1);
  assert.ok(receiver.isSigned(receiver.taken[0], secret));
  await button('Send again').click();
  await page.waitForTimeout(0);
  for (let i = 0; receiver.taken.length < 2 && i < 100; i++) await page.waitForTimeout(100);
  assert.deepEqual(receiver.taken.map(one => one.id), [receiver.taken[0].id, receiver.taken[0].id]);
  assert.equal((await call('POST', '/rooms', { name: 'hooked' })).status, 201);
  for (let i = 0; receiver.taken.length < 3 && i < 100; i++) await page.waitForTimeout(100);
  assert.equal(JSON.parse(receiver.taken[2].text).type, 'room.created');
  receiver.answer.status = 500;
  await button('Send a test').click();
  await row('Deliveries of the last 7 days', 'answered 500').getByText('On its way').first().waitFor({ timeout: 15_000 });
  receiver.answer.status = 204;
  await button('New secret').click();
  await confirm('Make a new secret?', 'New secret');
  assert.notEqual(await shown.locator('[data-secret]').innerText(), secret);
  await button('I have kept it', shown).click();
  await button('Turn off').click();
  await page.getByText('Off', { exact: true }).waitFor();
  const [{ id, enabled }] = (await call('GET', '/webhooks')).body.items;
  assert.equal(enabled, false);
  await button('Turn on').click();
  await page.getByText('On', { exact: true }).waitFor();
  await button('Delete').click();
  await confirm('Delete this webhook?', 'Delete');
  await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor();
  assert.equal((await call('GET', `/webhooks/${id}`)).status, 404);
});

test('nodes, calls and the configuration are what the API says', { timeout: 60_000 }, async () => {
  const [node] = (await call('GET', '/server/nodes')).body.items;
  await go('Nodes');
  await row('Nodes', node.id).getByText('Active').waitFor();
  const ready = async wanted => {
    for (let i = 0; i < 100 && (await fetch(`${server.url}/health/ready`)).status !== wanted; i++) await page.waitForTimeout(100);
    assert.equal((await fetch(`${server.url}/health/ready`)).status, wanted);
  };
  const question = page.getByRole('alertdialog', { name: `Drain ${node.id}?` });
  await button(`Drain ${node.id}`).click();
  await question.getByText(/No other node could take its rooms/).waitFor();
  await button('Cancel', question).click();
  await ready(200);
  await button(`Drain ${node.id}`).click();
  await button('Drain', question).click();
  await row('Nodes', node.id).getByText('Draining').waitFor();
  await ready(503);
  await button(`Resume ${node.id}`).click();
  await row('Nodes', node.id).getByText('Active').waitFor();
  await ready(200);
  await go('Calls');
  await page.getByText('No phone is connected.').waitFor();
  assert.deepEqual((await call('GET', '/calls')).body.items, []);
  await go('Configuration');
  await page.getByLabel('Key contains').fill('shards');
  await row('Configuration', 'Media:Shards').waitFor();
  assert.equal(await page.getByRole('list', { name: 'Configuration' }).getByRole('listitem').count(), 1);
});

test('two nodes: a room’s media is moved, and a node that is drained gives it back; who is inside goes on', { timeout: 120_000 }, async () => {
  const cluster = await startCluster();
  try {
    const [one, two] = [await cluster.start('web,rooms,media'), await cluster.start('web,rooms,media')];
    const { page: operator, key: first } = await firstStart(browser, one);
    const ask = api(one, first);
    const ids = (await ask('GET', '/server/nodes')).body.items.map(node => node.id);
    assert.equal(ids.length, 2);
    const alice = await join_(browser, one, 'moved', 'Alice');
    const home = async () => (await ask('GET', '/rooms/moved/stats')).body.node;
    const port = async at => alice.waitForFunction(
      wanted => new RegExp(` udp \\d+ \\S+ ${wanted} `, 'i').test(window.__sylk.pc.remoteDescription?.sdp), at === self ? one.media : two.media, { timeout: 20_000 });
    const self = (await ask('GET', '/server')).body.node;
    const from = await home();
    const to = ids.find(id => id !== from);
    await port(from);
    await operator.goto(`${one.url}/admin/rooms/moved`);
    const choose = async () => {
      await button('Move the media', operator).click();
      await operator.getByRole('menuitem', { name: to }).click();
    };
    const question = operator.getByRole('alertdialog', { name: 'Move the media of moved?' });
    await choose();
    await button('Cancel', question).click();
    assert.equal(await home(), from);
    await choose();
    await button('Move', question).click();
    await operator.getByText('The media is moving.').waitFor();
    await port(to);
    assert.equal(await home(), to);

    await operator.getByRole('navigation').getByRole('link', { name: 'Nodes', exact: true }).click();
    const line = operator.getByRole('list', { name: 'Nodes' }).getByRole('listitem').filter({ hasText: to });
    await button(`Drain ${to}`, operator).click();
    await operator.getByRole('alertdialog', { name: `Drain ${to}?` }).getByText(/Its rooms and people go to other nodes/).waitFor();
    await button('Drain', operator.getByRole('alertdialog', { name: `Drain ${to}?` })).click();
    await line.getByText('Draining').waitFor();
    await port(from);
    assert.equal(await home(), from);
    await line.getByText('Rooms: 0').waitFor({ timeout: 20_000 });
    await button(`Resume ${to}`, operator).click();
    await line.getByText('Active').waitFor();
    assert.equal(await alice.evaluate(() => Object.keys(window.__sylk.room.participants).length), 1);
    assert.deepEqual(operator.faults, []);
    await operator.context().close();
    await alice.context().close();
  } finally {
    await cluster.stop();
  }
});

test('axe finds nothing on any of its screens and dialogs: three sizes, two themes', { timeout: 240_000 }, async () => {
  const guest = await join_(browser, server, 'looked-at', 'Vera', { devices: false });
  const { body: hook } = await call('POST', '/webhooks', { url: receiver.url, description: 'Looked at' });
  const [node] = (await call('GET', '/server/nodes')).body.items;
  await call('POST', `/webhooks/${hook.id}/test`);
  const looker = await signIn(browser, server, key, { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const wrong = [];
  const look = async (name, ready) => {
    for (const [width, height] of SIZES) {
      await looker.setViewportSize({ width, height });
      await ready.first().waitFor({ timeout: 10_000 });
      for (const fault of await findings(looker)) wrong.push(`${name}, ${fault}`);
      const wide = await looker.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) wrong.push(`${name} at ${width}: ${wide} px too wide`);
    }
  };
  const heading = name => looker.getByRole('heading', { name });
  for (const [path, ready] of [
    ['', looker.getByRole('listitem').filter({ hasText: 'looked-at' })], ['/rooms', heading('Rooms')], ['/rooms/looked-at', looker.getByRole('button', { name: 'Actions for Vera' })], ['/calls', looker.getByText('No phone')],
    ['/webhooks', looker.getByRole('link', { name: 'Looked at' })], [`/webhooks/${hook.id}`, looker.getByRole('button', { name: 'Send again' })], ['/keys', looker.getByText('first key')], ['/nodes', looker.getByText('Active')],
    ['/config', looker.getByText('Media:Shards')],
  ]) {
    await looker.goto(`${server.url}/admin${path}`);
    await look(path || 'overview', ready);
  }
  for (const [path, open, title] of [['/rooms', 'New room', 'New room'], ['/keys', 'New key', 'New key'], ['/webhooks', 'New webhook', 'New webhook'], ['/rooms/looked-at', 'Delete', 'Delete looked-at?'], ['/nodes', `Drain ${node.id}`, `Drain ${node.id}?`]]) {
    await looker.goto(`${server.url}/admin${path}`);
    await looker.getByRole('button', { name: open, exact: true }).click();
    await look(`${path} ${open}`, looker.getByRole(title.endsWith('?') ? 'alertdialog' : 'dialog', { name: title }));
  }
  await looker.goto(`${server.url}/admin/rooms/looked-at`);
  await looker.getByRole('button', { name: 'Actions for Vera' }).click();
  await look('menu', looker.getByRole('menuitem'));
  await looker.keyboard.press('Escape');
  await looker.getByRole('button', { name: 'Sign out' }).click();
  await look('gate', looker.getByLabel('API key'));
  assert.deepEqual(wrong, []);
  await looker.context().close();
  await guest.context().close();
});

test('the keyboard alone: skip link, navigation, a room made and opened', { timeout: 60_000 }, async () => {
  const keys = await signIn(browser, server, key);
  await keys.goto(`${server.url}/admin`);
  await keys.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await keys.keyboard.press('Tab');
  assert.equal(await keys.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  await keys.getByRole('link', { name: 'Rooms', exact: true }).focus();
  await keys.keyboard.press('Enter');
  await keys.getByRole('button', { name: 'New room' }).focus();
  await keys.keyboard.press('Enter');
  await keys.getByRole('dialog', { name: 'New room' }).waitFor();
  await keys.keyboard.type('by-keys');
  await keys.keyboard.press('Enter');
  await keys.getByRole('heading', { level: 1, name: 'by-keys' }).waitFor();
  assert.equal((await call('GET', '/rooms/by-keys')).status, 200);
  await keys.context().close();
});

test('whose key is revoked is signed out, also of the stream', { timeout: 60_000 }, async () => {
  const { body: made } = await call('POST', '/api-keys', { name: 'leaver', scopes: ['server:read', 'server:write', 'rooms:read'] });
  const leaver = await signIn(browser, server, made.secret);
  await leaver.getByRole('link', { name: 'Nodes', exact: true }).click();
  await call('DELETE', `/api-keys/${made.id}`);
  await leaver.getByRole('link', { name: 'Rooms', exact: true }).click();
  await leaver.getByLabel('API key').waitFor({ timeout: 10_000 });
  assert.deepEqual([...leaver.faults, ...page.faults], []);
  await leaver.context().close();
});
