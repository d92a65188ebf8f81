// Fails when the built scripts outgrow their budgets or the page holds something its policy forbids.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inlineThings, judge } from './budgetRules.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../app/dist');
const html = readFileSync(join(dist, 'index.html'), 'utf8');
const scripts = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((e) => e.isFile() && e.name.endsWith('.js.gz'))
  .map((e) => join(e.parentPath, e.name))
  .map((file) => ({ path: relative(dist, file).replaceAll('\\', '/').replace(/\.gz$/, ''), gz: readFileSync(file).length }));
const { lobby, room, ok } = judge(html, scripts);
const inline = inlineThings(html);
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
console.log(`script, gzip: lobby ${kb(lobby)} of 220, room ${kb(room)} of 320`);
for (const thing of inline) console.error(`refused by the page's policy: ${thing}`);
if (!ok || inline.length > 0) process.exit(1);
