// axe-core over what a page shows now, at the sizes and in the themes of the design.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const SIZES = [[1440, 900], [1024, 768], [390, 844]];
/** Those of the rules axe runs by itself that depend on colour. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
export const narrow = page => page.viewportSize().width < 640;

/** What is wrong in the page now and serious or critical: 'rule: selector, selector'. The second theme changes nothing but colours. */
export async function findings(page) {
  const found = [];
  await prepare(page);
  for (const [theme, only] of [['dark'], ['light', COLOURS]]) {
    await page.evaluate(wanted => { document.documentElement.dataset.theme = wanted; }, theme);
    for (const fault of await audit(page, only)) found.push(`${page.viewportSize().width} ${theme} ${fault}`);
  }
  return found;
}

/** Brings axe into the page, and stills it: colours that are on their way are neither theme's. */
async function prepare(page) {
  if (await page.evaluate(() => 'axe' in window)) return;
  await page.evaluate(axe);
  await page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync('*, ::before, ::after { transition: none !important; animation-duration: 0s !important; animation-delay: 0s !important; }');
    document.adoptedStyleSheets.push(still);
  });
}

async function audit(page, only) {
  return page.evaluate(async only => {
    const { violations, passes } = await window.axe.run(document, { resultTypes: ['violations'], ...(only ? { runOnly: only } : {}) });
    if (!only && passes.length === 0) throw new Error('axe has looked at nothing');
    return violations.filter(fault => ['serious', 'critical'].includes(fault.impact))
      .map(fault => `${fault.id}: ${fault.nodes.map(node => node.target.join(' ')).join(', ')}`);
  }, only);
}
