// People write to each other through the real server (B6): order, privacy, typing, breaks, late joiners, commands, and text that stays text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeChat, hears, known, openChat, said, say } from './chat.mjs';
import { join_, launch } from './chromium.mjs';
import { startProxy } from './proxy.mjs';
import { SCRIPTS } from './scripts.mjs';
import { startServer } from './server.mjs';

let server, proxy, browser, alice, bob, carol;

before(async () => {
  server = await startServer();
  proxy = await startProxy(Number(new URL(server.url).port));
  browser = await launch(440);
  alice = await join_(browser, server, 'talk', 'Alice', { devices: false });
  bob = await join_(browser, { url: proxy.url }, 'talk', 'Bob', { devices: false });
  carol = await join_(browser, server, 'talk', 'Carol', { devices: false });
});

after(async () => {
  await browser?.close();
  proxy?.stop();
  await server?.stop();
});

test('B6 the badge and the title count what has not been read, and reading takes both away', { timeout: 60_000 }, async () => {
  await say(alice, 'Good morning');
  await say(alice, 'Who takes notes?');
  const button = bob.getByRole('toolbar').getByRole('button', { name: 'Chat, 2 unread messages' });
  await button.waitFor({ timeout: 10_000 });
  assert.match(await bob.title(), /^\(2\) /);
  assert.equal(await alice.getByRole('toolbar').getByRole('button', { name: 'Chat', exact: true }).count(), 1);
  await bob.bringToFront();
  await bob.keyboard.press('c');
  await bob.locator('#chat [data-message]').nth(1).waitFor();
  assert.deepEqual(await said(bob), ['Good morning', 'Who takes notes?']);
  await bob.getByRole('toolbar').getByRole('button', { name: 'Chat', exact: true }).waitFor();
  await bob.waitForFunction(() => !document.title.startsWith('('));
});

test('B6.1 a message reaches the others within 300 ms', { timeout: 60_000 }, async () => {
  const took = [];
  await bob.evaluate(() => {
    window.__heard = {};
    window.__sylk.session.store.subscribe(state => state.chat.lines, lines => { for (const line of lines) window.__heard[line.content] ??= Date.now(); });
  });
  for (let i = 0; i < 5; i++) {
    const at = await alice.evaluate(text => { const now = Date.now(); void window.__sylk.session.chat.send(text); return now; }, `ping ${i}`);
    await hears(bob, `ping ${i}`);
    took.push(await bob.evaluate(text => window.__heard[text], `ping ${i}`) - at);
  }
  took.sort((a, b) => a - b);
  console.log(`messages took ${took} ms`);
  assert.ok(took[2] < 300, `messages took ${took} ms`);
});

test('B6 a message to one person reaches that one only, and says so', { timeout: 60_000 }, async () => {
  await openChat(alice);
  await alice.locator('#chat').getByRole('button', { name: /^To: Everyone/ }).click();
  await alice.getByRole('menuitem', { name: 'Bob' }).click();
  await say(alice, 'between us');
  await hears(bob, 'between us');
  assert.equal(await bob.locator('[data-message][data-private]').filter({ hasText: 'between us' }).getByText('to you only').count(), 1);
  assert.equal(await alice.locator('[data-message][data-private]').getByText('only to Bob').count(), 1);
  await alice.locator('#chat').getByRole('button', { name: /^To: Bob/ }).click();
  await alice.getByRole('menuitem', { name: 'Everyone' }).click();
  await say(alice, 'for all again');
  await hears(carol, 'for all again');
  assert.ok(!(await known(carol)).includes('between us'));
});

test('B6.2 typing shows within a second and clears within six of silence', { timeout: 60_000 }, async () => {
  const box = await openChat(alice);
  await openChat(bob);
  await box.pressSequentially('I am wri', { delay: 60 });
  const stopped = Date.now();
  await bob.getByText('Alice is typing…').waitFor({ timeout: 1000 });
  await bob.getByText('Alice is typing…').waitFor({ state: 'detached', timeout: 6000 });
  assert.ok(Date.now() - stopped < 6000);
  await box.fill('');
});

test('B6.1 what is said while one is away arrives once, and what one says meanwhile too', { timeout: 90_000 }, async () => {
  proxy.cut();
  await bob.getByText('Reconnecting…').first().waitFor({ timeout: 15_000 });
  for (let i = 0; i < 30; i++) await alice.evaluate(text => window.__sylk.session.chat.send(text), `away ${i}`).then(() => alice.waitForTimeout(150));
  await say(bob, 'from the tunnel');
  assert.equal(await bob.locator('[data-message][data-status=pending]').count(), 1);
  proxy.mend();
  await hears(alice, 'from the tunnel', 30_000);
  await hears(bob, 'away 29', 30_000);
  await bob.waitForFunction(() => window.__sylk.session.store.snapshot.chat.lines.every(line => line.status === 'sent'), null, { timeout: 15_000 });
  const wanted = [...Array.from({ length: 30 }, (_, i) => `away ${i}`), 'from the tunnel'];
  for (const page of [alice, bob]) {
    const lines = await known(page);
    for (const text of wanted) assert.equal(lines.filter(line => line === text).length, 1, text);
  }
  assert.deepEqual((await known(bob)).filter(line => line !== 'between us'), (await known(alice)).filter(line => line !== 'between us'));
});

test('B6 late joiners have the history, page by page to its beginning', { timeout: 60_000 }, async () => {
  const dan = await join_(browser, server, 'talk', 'Dan', { devices: false });
  await openChat(dan);
  assert.equal((await said(dan)).length, 20);
  assert.equal(await dan.getByRole('toolbar').getByRole('button', { name: 'Chat', exact: true }).count(), 1, 'what was said before counts as read');
  await dan.waitForTimeout(300);
  for (let i = 0; i < 6 && !(await known(dan)).includes('Good morning'); i++) {
    await dan.getByRole('log').evaluate(log => { log.scrollTop = 0; });
    await dan.waitForTimeout(700);
  }
  assert.deepEqual(await known(dan), (await known(alice)).filter(line => line !== 'between us'));
  await dan.context().close();
});

test('one’s own message is changed: with the arrow key or from its menu; everybody sees the new words and that they are new', { timeout: 60_000 }, async () => {
  await say(alice, 'meet at for');
  await hears(bob, 'meet at for');
  const box = await openChat(alice);
  await box.press('ArrowUp');
  assert.equal(await box.inputValue(), 'meet at for');
  await alice.getByText('Editing your message').waitFor();
  await box.press('Escape');
  assert.equal(await box.inputValue(), '', 'Escape keeps the message as it was');
  assert.equal(await alice.locator('#chat').isVisible(), true, 'and the panel open');
  await box.press('ArrowUp');
  await box.fill('meet at four');
  await box.press('Enter');
  await hears(bob, 'meet at four');
  await openChat(bob);
  const changed = bob.locator('[data-message]').filter({ hasText: 'meet at four' });
  assert.equal(await changed.getByText('edited').count(), 1);
  await changed.hover();
  await changed.getByRole('button', { name: /^Actions for the message/ }).click();
  assert.equal(await bob.getByRole('menuitem', { name: 'Edit' }).count(), 0, 'nobody changes the words of another');
  await bob.keyboard.press('Escape');
  const mine = alice.locator('[data-message]').filter({ hasText: 'meet at four' });
  await mine.hover();
  await mine.getByRole('button', { name: /^Actions for the message/ }).click();
  await alice.getByRole('menuitem', { name: 'Edit' }).click();
  await alice.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA' && document.activeElement.value === 'meet at four', null, { timeout: 5000 });
  await box.fill('/me waits at four');
  await box.press('Enter');
  await bob.waitForFunction(() => window.__sylk.session.store.snapshot.chat.lines.some(line => line.action && line.content === 'waits at four' && line.editedAt), null, { timeout: 10_000 });
  assert.equal(await box.inputValue(), '');
});

test('IMDN the sender of a private message sees that it arrived, and that it was read when the other looks', { timeout: 60_000 }, async () => {
  await closeChat(bob);
  await say(alice, '/msg Bob are you there?');
  await hears(bob, 'are you there?');
  const line = alice.locator('[data-message]').filter({ hasText: 'are you there?' });
  await line.locator('[data-receipt=delivered]').filter({ hasText: 'Delivered' }).waitFor({ timeout: 10_000 });
  await bob.bringToFront();
  await openChat(bob);
  await line.locator('[data-receipt=displayed]').filter({ hasText: 'Read' }).waitFor({ timeout: 10_000 });
  assert.equal(await bob.locator('[data-receipt]').count(), 0, 'who reads it sees no receipt');
  await alice.evaluate(() => window.__sylk.session.store.update(state => ({ ...state, chat: { ...state.chat, lines: state.chat.lines.map(l => (l.content === 'are you there?' ? { ...l, receipt: 'failed' } : l)) } })));
  await line.getByRole('alert').filter({ hasText: 'Could not be delivered to Bob.' }).waitFor();
});

test('B6.3 commands: /me /msg /nick /topic /lock /mute /kick /invite /help, and what is none', { timeout: 120_000 }, async () => {
  await carol.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await alice.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await say(alice, '/me waves');
  await carol.waitForFunction(() => window.__sylk.session.store.snapshot.chat.lines.some(line => line.action && line.content === 'waves'));
  await say(alice, '/msg Carol for you');
  await hears(carol, 'for you');
  await say(alice, '/topic The big picture');
  await carol.getByRole('heading', { level: 1, name: 'The big picture' }).waitFor({ timeout: 10_000 });
  await say(alice, '/nick Alice V');
  await carol.waitForFunction(() => Object.values(window.__sylk.room.participants).some(person => person.displayName === 'Alice V'));
  await say(alice, '/lock');
  await carol.waitForFunction(() => window.__sylk.room.room.access.locked === true);
  await say(alice, '/lock');
  await carol.waitForFunction(() => window.__sylk.room.room.access.locked === false);
  await say(alice, '/invite');
  await alice.bringToFront();
  await alice.getByText('Link copied').waitFor();
  assert.equal(await alice.evaluate(() => navigator.clipboard.readText()), `${server.url}/r/talk`);
  await say(alice, '/help');
  await alice.getByText('/kick name – remove somebody').waitFor();
  const before = (await known(alice)).length;
  await say(alice, '/dance');
  await alice.getByText('There is no command /dance').waitFor();
  assert.equal((await known(alice)).length, before, 'nothing was sent');
  await say(carol, '/lock');
  await carol.getByText('You are not allowed to do that').first().waitFor({ timeout: 10_000 });
  await say(alice, '/kick Carol');
  await carol.getByRole('heading', { name: 'You were removed from the room' }).waitFor({ timeout: 10_000 });
});

test('one’s own message can be taken back and is gone for everyone', { timeout: 60_000 }, async () => {
  await say(alice, 'oops');
  await hears(bob, 'oops');
  const mine = alice.locator('[data-message]').filter({ hasText: 'oops' });
  await mine.hover();
  await mine.getByRole('button', { name: /^Actions for the message/ }).click();
  await alice.getByRole('menuitem', { name: 'Delete' }).click();
  await bob.waitForFunction(() => !window.__sylk.session.store.snapshot.chat.lines.some(line => line.content === 'oops'), null, { timeout: 10_000 });
  await bob.getByText('Message deleted').first().waitFor();
});

test('R-29 script in chat, names, titles, files, notices and refusals is shown as it was typed and never runs', { timeout: 120_000 }, async () => {
  assert.ok(SCRIPTS.length >= 200, `${SCRIPTS.length} strings`);
  const real = SCRIPTS.filter((_, i) => i % 12 === 0).map(text => text.trim());
  for (const text of real) await alice.evaluate(line => window.__sylk.session.chat.send(line), text).then(() => alice.waitForTimeout(150));
  for (const text of real) await hears(bob, text);
  await openChat(bob);
  await bob.evaluate(() => {
    window.__ran = [];
    for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = (...args) => { window.__ran.push([name, ...args]); };
    document.addEventListener('securitypolicyviolation', event => window.__ran.push(['policy', event.violatedDirective, event.blockedURI]));
  });
  const wrong = await bob.evaluate(async scripts => {
    const { store } = window.__sylk.session;
    const wrong = [];
    const settle = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
    const elements = () => document.querySelectorAll('script, iframe, object, embed, base, form[action], img:not([src="/favicon.svg"]), a[href^="javascript" i], a[href^="data" i], svg[onload]').length;
    const before = elements();
    for (let at = 0; at < scripts.length; at += 40) {
      const some = scripts.slice(at, at + 40);
      const from = (name, i) => ({ participantId: `pt_x${i}`, displayName: name, kind: 'web' });
      store.update(state => ({
        ...state,
        chat: { ...state.chat, lines: some.map((text, i) => ({ id: `x${at + i}`, sequence: at + i + 1, from: from(text, i), content: text, contentType: i % 2 ? 'text/markdown' : 'text/plain', timestamp: '2026-01-01T10:00:00.000Z', via: 'xmpp', mine: false, status: 'sent' })) },
        notices: some.slice(0, 4).map((text, i) => ({ key: 900 + at + i, level: 'info', text })),
        uploads: some.map((name, i) => ({ key: 900 + i, name, size: 1, sent: 0, status: 'failed', error: name, detail: name })),
        room: {
          ...state.room, room: { ...state.room.room, title: some[0] },
          files: some.map((name, i) => ({ id: `f${i}`, name, size: 1, contentType: name, from: from(name, i), timestamp: '2026-01-01T10:00:00.000Z', url: name })),
          participants: { ...Object.fromEntries(some.map((text, i) => [`pt_s${i}`, { id: `pt_s${i}`, displayName: text, kind: i % 2 ? 'sip' : 'xmpp', role: 'member', state: 'active', joinedAt: '2026-01-01T10:00:00.000Z' }])), ...Object.fromEntries(Object.entries(state.room.participants).filter(([id]) => !id.startsWith('pt_s'))) },
        },
      }));
      await settle();
      const bubbles = [...document.querySelectorAll('#chat [data-message] [dir=auto]')].map(bubble => bubble.textContent);
      const names = [...document.querySelectorAll('#chat [data-message] b bdi')].map(name => name.textContent);
      const files = new Set([...document.querySelectorAll('#chat [data-file] bdi')].map(name => name.textContent));
      const tiles = new Set([...document.querySelectorAll('[data-tile]')].map(tile => tile.dataset.tile && tile.querySelector('span > span')?.textContent));
      for (const [i, text] of some.entries()) {
        const shown = /^\/me\s/.test(text) ? null : text;
        if (shown !== null && !bubbles.includes(shown)) wrong.push(`message ${JSON.stringify(text)}`);
        if (!names.includes(text)) wrong.push(`name ${JSON.stringify(text)}`);
        if (!files.has(text)) wrong.push(`file ${JSON.stringify(text)}`);
        if (i < 6 && tiles.size === 0) wrong.push('no tiles');
      }
      if (document.querySelector('h1').textContent !== some[0]) wrong.push(`title ${JSON.stringify(some[0])}`);
      if (elements() !== before) wrong.push(`elements after ${at}: ${elements() - before}`);
      for (const link of document.querySelectorAll('#chat a')) if (!['http:', 'https:', 'mailto:'].includes(link.protocol)) wrong.push(`link ${link.href}`);
    }
    return wrong;
  }, SCRIPTS);
  await bob.waitForTimeout(500);
  assert.deepEqual(wrong, []);
  assert.deepEqual(await bob.evaluate(() => window.__ran), []);
});

test('R-29 the same through the hub: as a line, as the name of who says it and as the room’s title', { timeout: 240_000 }, async () => {
  const dan = await join_(browser, server, 'script', 'Dan', { devices: false });
  const eva = await join_(browser, server, 'script', 'Eva', { devices: false });
  await openChat(eva);
  await eva.evaluate(() => {
    window.__ran = [];
    for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = (...args) => { window.__ran.push([name, ...args]); };
    document.addEventListener('securitypolicyviolation', event => window.__ran.push(['policy', event.violatedDirective, event.blockedURI]));
  });
  // A direction mark is part of a text; in a name or a title it would turn what stands around it.
  const named = text => text.replace(/\u202e/g, '').trim();
  const wrong = [];
  for (const [i, text] of SCRIPTS.entries()) {
    const isName = named(text).length <= 64;
    await dan.evaluate(async ({ text, name, isName, i }) => {
      const { session } = window.__sylk;
      await session.invoke('UpdateRoom', { title: text });
      if (isName) await session.invoke('UpdateSelf', { displayName: name });
      await session.invoke('SendChat', { clientId: `script-${i}`, content: text, contentType: i % 2 ? 'text/markdown' : 'text/plain' });
    }, { text, name: named(text), isName, i });
    wrong.push(...await eva.evaluate(async ({ text, name, isName }) => {
      const shown = () => [...document.querySelectorAll('#chat [data-message] [dir=auto]')].at(-1)?.textContent;
      for (let wait = 0; wait < 100 && shown() !== text; wait++) await new Promise(done => setTimeout(done, 20));
      const faults = [];
      if (shown() !== text) faults.push(`message ${JSON.stringify(text)} is ${JSON.stringify(shown())}`);
      if (document.querySelector('h1').textContent.trim() !== text.trim()) faults.push(`title ${JSON.stringify(document.querySelector('h1').textContent)}`);
      if (isName && ![...document.querySelectorAll('[data-tile]')].some(tile => tile.textContent.includes(name))) faults.push(`name ${JSON.stringify(name)}`);
      return faults;
    }, { text, name: named(text), isName }));
    await eva.waitForTimeout(60);
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(await eva.evaluate(() => window.__ran), []);
  assert.deepEqual([...dan.faults, ...eva.faults], []);
  await dan.context().close();
  await eva.context().close();
});

test('B6 with the keyboard: C opens it with the focus in the message, Escape gives it back', { timeout: 60_000 }, async () => {
  await closeChat(alice);
  const more = alice.getByRole('button', { name: 'Raise hand' });
  await alice.bringToFront();
  await more.focus();
  await alice.keyboard.press('c');
  await alice.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA', null, { timeout: 5000 });
  await alice.keyboard.type('mc');
  assert.equal(await alice.getByRole('textbox', { name: 'Message' }).inputValue(), 'mc');
  await alice.keyboard.press('Escape');
  await alice.locator('#chat').waitFor({ state: 'detached' });
  assert.equal(await alice.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Raise hand');
  assert.deepEqual([...alice.faults, ...bob.faults, ...carol.faults], []);
});
