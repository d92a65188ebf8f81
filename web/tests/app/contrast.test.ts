import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../app/src/styles/tokens.css', import.meta.url), 'utf8');

function theme(name: string): Record<string, string> {
  const block = new RegExp(`data-theme='${name}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return Object.fromEntries([...block.matchAll(/--sylk-color-([\w-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1] ?? '', m[2] ?? '']));
}
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
const ON = ['bg', 'surface', 'surface-raised', 'tile'];
const PAIRS = [
  ...['text', 'text-muted', 'accent', 'danger', 'success', 'warning'].flatMap((fg) => ON.filter((bg) => bg !== 'tile' || fg === 'text').map((bg) => [fg, bg])),
  ['accent-text', 'accent'], ['danger-text', 'danger'],
] as [string, string][];

describe.each(['dark', 'light'])('the %s theme', (name) => {
  const colors = theme(name);
  it.each(PAIRS)('%s on %s reaches 4.5:1', (fg, bg) => {
    expect(contrast(colors[fg] ?? '', colors[bg] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
  it.each(ON)('the focus ring on %s reaches 3:1', (bg) => {
    expect(contrast(colors['focus'] ?? '', colors[bg] ?? '')).toBeGreaterThanOrEqual(3);
  });
});
it('measures black on white as 21:1', () => expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5));
