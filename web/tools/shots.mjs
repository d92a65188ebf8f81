// Pictures and accessibility findings of every screen, from the demo room: node tools/shots.mjs OUT [name filter]
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

const require = createRequire(import.meta.url);
const out = process.argv[2] ?? '/tmp/shots';
const filter = process.argv[3] ?? '';
const root = join(dirname(fileURLToPath(import.meta.url)), '../app');
mkdirSync(out, { recursive: true });

const join6 = async (page) => {
  await page.getByRole('textbox', { name: 'Your name' }).fill('Alice Vermeer');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.locator('#stage').waitFor({ timeout: 20_000 });
  await page.waitForTimeout(2500);
};
const panel = (label) => async (page) => {
  await join6(page);
  if (page.viewportSize().width < 640) {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: label }).click();
  } else await page.locator('#controls').getByRole('button', { name: label === 'People' ? /people/ : new RegExp(`^${label}`) }).click();
  await page.waitForTimeout(2500);
};
const refused = async (page) => {
  await page.getByRole('textbox', { name: 'Your name' }).fill('Alice');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.waitForTimeout(800);
};
const SCREENS = {
  home: ['/', null], lobby: ['/r/standup?demo=6', async (page) => page.getByRole('textbox', { name: 'Your name' }).fill('Alice Vermeer')],
  grid: ['/r/standup?demo=6', join6], big: ['/r/standup?demo=14', join6], duo: ['/r/standup?demo=2', join6], alone: ['/r/standup?demo=1', join6],
  chat: ['/r/standup?demo=7', async (page) => { await panel('Chat')(page); await page.getByRole('textbox', { name: 'Message' }).fill('On my way, give me a second'); }],
  files: ['/r/standup?demo=7', async (page) => { await panel('Chat')(page); await page.getByRole('tab', { name: /Files/ }).click(); await page.locator('[data-share-file]').first().setInputFiles({ name: 'minutes.txt', mimeType: 'text/plain', buffer: Buffer.from('x'.repeat(5000)) }); await page.waitForTimeout(700); }],
  knock: ['/r/standup?demo=4&knock=1', join6], spot: ['/r/standup?demo=9&spot=3', join6],
  waitinglist: ['/r/standup?demo=5&knock=1', async (page) => { await panel('People')(page); await page.getByRole('button', { name: 'Decline Wim Peeters' }).click(); }],
  moderator: ['/r/standup?demo=5', async (page) => { await panel('People')(page); await page.getByRole('button', { name: 'Settings', exact: true }).click(); await page.waitForTimeout(400); }],
  muteall: ['/r/standup?demo=5', async (page) => { await panel('People')(page); await page.getByRole('button', { name: 'Mute all' }).click(); await page.waitForTimeout(400); }],
  person: ['/r/standup?demo=5', async (page) => { await panel('People')(page); await page.locator('#people').getByRole('button', { name: 'Actions for Dan Okafor' }).click(); await page.waitForTimeout(400); }],
  screen: ['/r/standup?demo=6&screen=1', join6], people: ['/r/standup?demo=9', panel('People')], stats: ['/r/standup?demo=5', panel('Statistics')],
  invite: ['/r/standup?demo=5&pin=room', async (page) => { await panel('People')(page); await page.locator('#people').getByRole('button', { name: 'Invite' }).click(); await page.waitForTimeout(500); }],
  dial: ['/r/standup?demo=5', async (page) => { await panel('People')(page); await page.locator('#people').getByRole('button', { name: 'Call somebody' }).click(); await page.waitForTimeout(500); }],
  calls: ['/r/standup?demo=5&calls=1', async (page) => { await panel('People')(page); await page.locator('#people').getByRole('button', { name: 'Call somebody' }).click(); await page.waitForTimeout(500); }],
  callfailed: ['/r/standup?demo=3', async (page) => { await panel('People')(page); await page.locator('#people').getByRole('button', { name: 'Call somebody' }).click(); await page.getByLabel(/SIP address/).fill('sip:busy@example.net'); await page.keyboard.press('Enter'); await page.waitForTimeout(1500); await page.keyboard.press('Escape'); await page.waitForTimeout(3500); }],
  phones: ['/r/standup?demo=12', join6],
  keys: ['/r/standup?demo=3', async (page) => { await join6(page); await page.keyboard.press('?'); await page.waitForTimeout(400); }],
  more: ['/r/standup?demo=5', async (page) => { await join6(page); if (page.viewportSize().width < 640) await page.getByRole('button', { name: 'More' }).click(); else await page.locator('[data-devices=microphone]').click(); await page.waitForTimeout(400); }],
  reconnecting: ['/r/standup?demo=5&drop=1', async (page) => { await join6(page); await page.waitForTimeout(1500); }],
  waiting: ['/r/standup?demo=4&wait=1', async (page) => { await refused(page); await page.waitForTimeout(800); }],
  left: ['/r/standup?demo=3', async (page) => { await join6(page); await page.getByRole('button', { name: 'Leave' }).click(); }],
  full: ['/r/standup?demo=2&refuse=room_full', refused], locked: ['/r/standup?demo=2&refuse=room_locked', refused],
  notfound: ['/nothing/here', null], denied: ['/r/standup?demo=2', async (page) => page.waitForTimeout(500)],
};

const server = await createServer({ root, configFile: join(root, 'vite.config.ts'), server: { port: 5199, strictPort: true }, logLevel: 'error' });
await server.listen();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--allow-loopback-in-peer-connection', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let findings = 0;
const sizes = (process.env.SIZES ?? '1440x900,1024x768,390x844').split(',').map((s) => s.split('x').map(Number));
for (const [width, height] of sizes) {
  for (const theme of (process.env.THEMES ?? 'dark,light').split(',')) {
    for (const [name, [path, act]] of Object.entries(SCREENS)) {
      if (filter && !filter.split(',').includes(name)) continue;
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, hasTouch: width < 640, isMobile: width < 640, deviceScaleFactor: 1 });
      const page = await context.newPage();
      page.on('pageerror', (e) => console.log(`${name} ${width} page error: ${e.message}`));
      page.on('console', (m) => m.type() === 'error' && console.log(`${name} ${width} console: ${m.text().slice(0, 300)}`));
      if (name === 'denied') await page.addInitScript(() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError')); navigator.permissions.query = () => Promise.resolve({ state: 'denied' }); });
      try {
        await page.goto(`http://localhost:5199${path}${path.includes('?') ? '&' : '?'}theme=${theme}&debug=1`);
        await page.waitForTimeout(900);
        await act?.(page);
        await page.waitForTimeout(400);
        await page.screenshot({ path: join(out, `${name}-${width}-${theme}.png`) });
        await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
        const result = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
        for (const v of result.violations) { findings++; console.log(`${name} ${width} ${theme} axe: ${v.id} ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.any[0]?.message ?? ''}`).join(' | ')}`); }
      } catch (e) {
        findings++;
        console.log(`${name} ${width} ${theme} FAILED: ${e.message.split('\n')[0]}`);
        await page.screenshot({ path: join(out, `${name}-${width}-${theme}-failed.png`) });
      }
      await context.close();
    }
  }
}
await browser.close();
await server.close();
console.log(`${findings} findings`);
process.exit(findings > 0 ? 1 : 0);
