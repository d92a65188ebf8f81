// axe-core over what a page shows now, at the sizes and in the themes of the design.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const SIZES = [[1440, 900], [1024, 768], [390, 844]];
export const narrow = page => page.viewportSize().width < 640;

/** What is wrong in the page now and serious or critical, in both themes: 'rule: selector, selector'. */
export async function findings(page) {
  const found = [];
  for (const theme of ['dark', 'light']) {
    await page.evaluate(wanted => { document.documentElement.dataset.theme = wanted; }, theme);
    await atRest(page);
    for (const fault of await audit(page)) found.push(`${page.viewportSize().width} ${theme} ${fault}`);
  }
  return found;
}

/** Colours that are on their way are neither theme's. What turns for ever is waited for by nobody. */
const atRest = page => page.waitForFunction(() => document.getAnimations().every(
  motion => motion.playState !== 'running' || motion.effect.getComputedTiming().endTime === Infinity), null, { timeout: 10_000 });

async function audit(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations, passes } = await window.axe.run(document, { resultTypes: ['violations'] });
    if (passes.length === 0) throw new Error('axe has looked at nothing');
    return violations.filter(fault => ['serious', 'critical'].includes(fault.impact))
      .map(fault => `${fault.id}: ${fault.nodes.map(node => node.target.join(' ')).join(', ')}`);
  });
}
