import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../app/src', import.meta.url));
type Tree = { [key: string]: string | Tree };
const flatten = (tree: Tree, at = ''): string[] =>
  Object.entries(tree).flatMap(([k, v]) => (typeof v === 'string' ? [at + k] : flatten(v, `${at}${k}.`)));
const load = (file: string): string[] => flatten(JSON.parse(readFileSync(join(src, 'i18n/locales', file), 'utf8')) as Tree);
const base = (key: string): string => key.replace(/_(zero|one|two|few|many|other)$/, '');
/** The operator's words come with the operator's part of the page. */
const admin = flatten(JSON.parse(readFileSync(join(src, 'admin/locales/en.json'), 'utf8')) as Tree);
const shared = new Set(load('en.json').map(base));
const en = new Set([...shared, ...admin.map(base)]);
const sources = readdirSync(src, { recursive: true, withFileTypes: true }).filter((e) => e.isFile() && /\.tsx?$/.test(e.name)).map((e) => readFileSync(join(e.parentPath, e.name), 'utf8')).join('\n');

describe('words', () => {
  it('exist for every key the code names', () => {
    const used = [...sources.matchAll(/'((?:app|account|home|lobby|device|trouble|room|people|phones|live|chat|moderator|reactions|stats|quality|shortcuts|leave|waiting|error|admin)\.[\w.]+)'/g)].map((m) => m[1] ?? '');
    expect(used.length).toBeGreaterThan(80);
    expect([...new Set(used)].filter((key) => !en.has(key))).toEqual([]);
  });
  it('exist for every key the code builds', () => {
    const built = [...sources.matchAll(/t\(`([\w.]+)\$\{[^}]+\}([\w.]*)/g)].map((m) => [m[1] ?? '', (m[2] ?? '').replace(/\.$/, '')] as const);
    expect(built.length).toBeGreaterThan(5);
    for (const [prefix, suffix] of built) expect([...en].some((k) => k.startsWith(prefix) && k.endsWith(suffix)), prefix).toBe(true);
  });
  it.each(['denied', 'dismissed', 'blockedByOs', 'inUse', 'notFound', 'insecureOrigin', 'blockedByPolicy'])('B2.1 name %s in their own way', (cause) => {
    for (const part of ['title', 'step1', 'step2', 'step3']) expect(en.has(`trouble.${cause}.${part}`)).toBe(true);
  });
  it.each(readdirSync(join(src, 'i18n/locales')))('%s has the same keys as English', (file) => {
    expect([...new Set(load(file).map(base))].sort()).toEqual([...shared].sort());
  });
});
