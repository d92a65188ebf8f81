// axe finds nothing serious or critical on any screen, panel, menu or dialog: three sizes, two themes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, narrow, SIZES } from './accessibility.mjs';
import { enter, launch } from './chromium.mjs';
import { paintDevices, refuseDevices } from './painted.mjs';
import { startServer } from './server.mjs';

let server, browser, alice, bob;

before(async () => {
  server = await startServer();
  browser = await launch(440);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(path, script, argument) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', permissions: ['clipboard-write'] });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', fault => page.faults.push(fault.message));
  if (script) await page.addInitScript(script, argument);
  await page.goto(`${server.url}${path}`);
  return page;
}
const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' });
const sized = async (page, [width, height]) => page.setViewportSize({ width, height });

/** Each state is brought about, seen to be there, looked at and left again, at every size it exists at. */
async function look(page, states) {
  const wrong = [];
  for (const size of SIZES) {
    await sized(page, size);
    for (const [name, arrive, leave, where] of states) {
      if (where && where !== (narrow(page) ? 'phone' : 'wide')) continue;
      await (await arrive(page)).first().waitFor({ timeout: 10_000 });
      for (const fault of await findings(page)) wrong.push(`${name}, ${fault}`);
      await leave?.(page);
    }
  }
  assert.deepEqual(wrong, []);
}
const escape = role => async page => {
  await page.keyboard.press('Escape');
  await page.getByRole(role).waitFor({ state: 'detached', timeout: 5000 });
};

test('the check finds a fault that is there', { timeout: 60_000 }, async () => {
  const page = await open('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate(() => {
    const pale = Object.assign(document.createElement('p'), { textContent: 'pale', style: 'color: #777; background: #888' });
    document.querySelector('main').append(document.createElement('button'), pale);
  });
  assert.deepEqual((await findings(page)).map(fault => fault.replace(/: .*/, '')), ['1440 dark button-name', '1440 dark color-contrast', '1440 light color-contrast']);
  await page.context().close();
});

test('home, and what refuses', { timeout: 120_000 }, async () => {
  const page = await open('/');
  await page.evaluate(() => localStorage.setItem('sylk.prefs', JSON.stringify({ recent: ['stand-up', 'review'] })));
  await page.reload();
  await look(page, [
    ['home', async () => page.getByRole('heading', { name: 'Recent rooms' })],
    ['a bad name', async () => {
      await page.getByLabel('Room name').fill('no/such');
      await button(page, 'Join room').click();
      return page.getByText('Use 1–64 letters');
    }, async () => page.getByLabel('Room name').fill('')],
    ['no such page', async () => { await page.goto(`${server.url}/r/no%20room`); return page.getByRole('heading', { name: 'There is no such page' }); }, () => page.goto(server.url)],
  ]);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('the lobby, a name that is missing, and devices that are refused', { timeout: 120_000 }, async () => {
  const page = await open('/r/stand-up', paintDevices, { seed: 0, title: '' });
  await page.waitForFunction(() => document.querySelector('video')?.videoWidth > 0, null, { timeout: 20_000 });
  await look(page, [
    ['lobby', async () => page.getByText(/your network is fine/i)],
    ['no name', async () => { await button(page, 'Join').click(); return page.getByText('Please type a name.'); }],
  ]);
  const refused = await open('/r/stand-up', refuseDevices);
  await look(refused, [['refused', async () => refused.getByRole('alert').filter({ hasText: 'is blocked for this page' })]]);
  assert.deepEqual([...page.faults, ...refused.faults], []);
  await page.context().close();
  await refused.context().close();
});

test('a room with one person, then with two', { timeout: 120_000 }, async () => {
  alice = await open('/r/daily?debug=1', paintDevices, { seed: 2, title: 'Quarterly review' });
  await enter(alice, 'Alice');
  await look(alice, [['alone', async () => alice.getByText('You are the first one here')]]);
  bob = await open('/r/daily?debug=1', paintDevices, { seed: 3, title: 'Quarterly review' });
  await enter(bob, 'Bob');
  await button(bob, 'Raise hand').click();
  await alice.waitForFunction(() => document.querySelectorAll('video').length === 2 && [...document.querySelectorAll('video')].every(video => video.videoWidth > 0), null, { timeout: 20_000 });
  await look(alice, [
    ['two people', async () => alice.locator('[data-tile]').nth(1)],
    ['muted, camera off', async () => {
      await alice.getByRole('button', { name: 'Microphone, on' }).click();
      await alice.getByRole('button', { name: 'Camera, on' }).click();
      return alice.getByRole('button', { name: 'Camera, off' });
    }, async () => {
      await alice.getByRole('button', { name: 'Microphone, off' }).click();
      await alice.getByRole('button', { name: 'Camera, off' }).click();
      await alice.getByRole('button', { name: 'Camera, on' }).waitFor();
    }],
  ]);
});

/** The list a person picks a microphone from: in the lobby, and on a phone in a panel. */
const picker = async page => {
  await page.getByRole('button', { name: /Microphone$/ }).first().click();
  return page.getByRole('listbox');
};

const panel = name => async page => {
  if (narrow(page)) {
    await button(page, /^More/).click();
    await page.getByRole('menuitem', { name }).click();
  } else await page.keyboard.press({ People: 'p', Statistics: 't', Chat: 'c' }[name]);
  return page.getByRole('complementary', { name: new RegExp(`^${name}`) });
};
const closed = async page => {
  await page.getByRole('complementary').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('complementary').waitFor({ state: 'detached', timeout: 5000 });
};

test('every panel', { timeout: 120_000 }, async () => {
  await look(alice, [
    ['people', panel('People'), closed],
    ['statistics', async page => { await panel('Statistics')(page); return page.getByText('Round trip'); }, closed],
    ['devices', panel('Devices'), closed, 'phone'],
    ['an empty chat', panel('Chat'), closed],
  ]);
  await bob.evaluate(() => Promise.all(['Good morning, the agenda is at https://example.org/agenda', '/me waves'].map(text => window.__sylk.session.chat.send(text))));
  await alice.waitForFunction(() => window.__sylk.session.store.snapshot.chat.lines.length === 2);
  await look(alice, [
    ['an unread message', async page => { await bob.evaluate(() => window.__sylk.session.chat.send('One more thing')); return page.getByRole('button', { name: /unread messages?$/ }).filter({ visible: true }); }],
    ['chat', async page => { await panel('Chat')(page); await page.getByRole('textbox', { name: 'Message' }).fill('/dance'); await page.keyboard.press('Enter'); return page.getByText('There is no command /dance'); },
      async page => { await page.locator('#chat').getByRole('button', { name: 'Dismiss' }).click(); await closed(page); }],
    ['files', async page => { await panel('Chat')(page); await page.getByRole('tab', { name: /^Files/ }).click(); return page.getByRole('region', { name: 'Files' }); }, closed],
  ]);
});

test('every menu', { timeout: 180_000 }, async () => {
  const menu = opener => async page => { await opener(page).click(); return page.getByRole('menu'); };
  await look(alice, [
    ['what can be done to Bob', async page => { await panel('People')(page); return menu(() => page.locator('#people').getByRole('button', { name: 'Actions for Bob' }))(page); },
      async page => { await escape('menu')(page); await closed(page); }],
    ['a picture', async page => { await page.locator('[data-tile]').first().hover(); return menu(() => page.locator('[data-tile]').getByRole('button', { name: /^Actions for/ }).first())(page); }, escape('menu')],
    ['a message', async page => { await panel('Chat')(page); await page.locator('[data-message]').first().hover(); return menu(() => page.getByRole('button', { name: /^Actions for the message/ }).first())(page); },
      async page => { await escape('menu')(page); await closed(page); }],
    ['who shall read it', async page => { await panel('Chat')(page); return menu(() => page.getByRole('button', { name: /^To: / }))(page); }, async page => { await escape('menu')(page); await closed(page); }],
    ['ways out', menu(page => button(page, 'Ways out')), escape('menu')],
    ['microphones', menu(page => page.locator('[data-devices=microphone]')), escape('menu'), 'wide'],
    ['cameras', menu(page => page.locator('[data-devices=camera]')), escape('menu'), 'wide'],
    ['layout', menu(page => button(page, 'Layout')), escape('menu'), 'wide'],
    ['reactions', async page => { await button(page, 'React').click(); return page.getByRole('dialog'); }, escape('dialog'), 'wide'],
    ['more', menu(page => button(page, 'More')), escape('menu'), 'phone'],
  ]);
});

test('every dialog and what asks', { timeout: 180_000 }, async () => {
  await look(alice, [
    ['keys', async page => { await page.keyboard.press('?'); return page.getByRole('dialog'); }, escape('dialog')],
    ['removing', async page => {
      await panel('People')(page);
      await page.locator('#people').getByRole('button', { name: 'Actions for Bob' }).click();
      await page.getByRole('menuitem', { name: 'Remove' }).click();
      return page.getByRole('alertdialog');
    }, async page => { await escape('alertdialog')(page); await closed(page); }],
  ]);
  await look(alice, [
    ['moderator settings', async page => { await panel('People')(page); await button(page, 'Settings').click(); return page.getByRole('dialog'); }, async page => { await escape('dialog')(page); await closed(page); }],
    ['muting all', async page => { await panel('People')(page); await button(page, 'Mute all').click(); return page.getByRole('dialog'); }, async page => { await escape('dialog')(page); await closed(page); }],
    ['ending for everyone', async page => { await button(page, 'Ways out').click(); await page.getByRole('menuitem', { name: 'End for everyone' }).click(); return page.getByRole('alertdialog'); }, escape('alertdialog')],
  ]);
  await button(bob, 'Share screen').click();
  await alice.waitForFunction(() => Object.values(window.__sylk.room.tracks).some(track => track.source === 'screen'), null, { timeout: 15_000 });
  await look(alice, [
    ['a screen', async page => page.locator('[data-screen]')],
    ['a second screen', async page => { await page.keyboard.press('s'); return page.getByRole('alertdialog', { name: /already sharing/ }); }, escape('alertdialog')],
  ]);
  await button(bob, 'Stop sharing').click();
  await bob.keyboard.press('m');
  await bob.getByRole('button', { name: 'Microphone, off' }).waitFor();
  await sized(alice, SIZES[0]);
  await panel('People')(alice);
  await alice.locator('#people').getByRole('button', { name: 'Actions for Bob' }).click();
  await alice.getByRole('menuitem', { name: 'Ask to unmute' }).click();
  await closed(alice);
  await look(bob, [['asked to unmute', async page => page.getByRole('alertdialog', { name: /asks you to unmute/ })]]);
});

test('lists of devices', { timeout: 60_000 }, async () => {
  const page = await open('/r/stand-up');
  await page.waitForFunction(() => document.querySelector('video')?.videoWidth > 0, null, { timeout: 20_000 });
  await look(page, [['in the lobby', picker, escape('listbox')]]);
  await page.context().close();
  await look(alice, [['in the panel', async page => { await panel('Devices')(page); return picker(page); }, async page => { await escape('listbox')(page); await closed(page); }, 'phone']]);
});

test('the pages after a meeting, and no page had a fault', { timeout: 120_000 }, async () => {
  await sized(alice, SIZES[0]);
  await sized(bob, SIZES[0]);
  await panel('People')(alice);
  await alice.locator('#people').getByRole('button', { name: 'Actions for Bob' }).click();
  await alice.getByRole('menuitem', { name: 'Remove' }).click();
  await alice.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await look(bob, [['removed', async page => page.getByRole('heading', { name: 'You were removed from the room' })]]);
  await button(alice, 'Leave').click();
  await look(alice, [['left', async page => page.getByRole('heading', { name: 'You left the room' })]]);
  assert.deepEqual([...alice.faults, ...bob.faults], []);
});
