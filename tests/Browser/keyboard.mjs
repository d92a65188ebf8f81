// A person with a keyboard only: what has focus, whether that can be seen, and how to come to a control by Tab.
import assert from 'node:assert/strict';

/** What has focus: its name, and what keeps a person from seeing that it has it; null when the page itself has. */
export const focused = page => page.evaluate(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const named = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
  const name = (named || element.id || element.tagName).trim().slice(0, 60);
  // A switch draws its focus on what stands for it.
  const shown = element.closest('label') ? [element, element.closest('label'), ...element.closest('label').querySelectorAll('*')] : [element];
  const ringed = shown.some(item => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(item);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/, 0\)$|^transparent$/.test(outlineColor);
  });
  const box = shown.map(item => item.getBoundingClientRect()).find(item => item.width > 4 && item.height > 4);
  const inView = box && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  const [x, y] = box ? [Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1)] : [0, 0];
  const top = document.elementFromPoint(x, y);
  const covered = !shown.some(item => item.contains(top) || top?.contains(item));
  const faint = !shown.some(item => item.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
  return { name, fault: [!ringed && 'has no ring', !inView && 'is out of view', inView && covered && 'is covered', faint && 'is transparent'].filter(Boolean).join(', ') };
});

/** Waits until what has focus can be seen to have it: rings and what slides in take a moment. */
export async function seenFocus(page) {
  let at = await focused(page);
  for (let i = 0; i < 10 && at?.fault; i++) {
    await page.waitForTimeout(50);
    at = await focused(page);
  }
  assert.ok(!at?.fault, `"${at?.name}" ${at?.fault}`);
  return at?.name ?? null;
}

/** Presses Tab until the control with that name has focus; every step on the way must be seen. */
export async function tabTo(page, wanted, key = 'Tab') {
  const way = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press(key);
    const name = await seenFocus(page);
    if (name && wanted.test(name)) return name;
    way.push(name);
  }
  return assert.fail(`no ${wanted} within 60 steps: ${way.join(' | ')}`);
}

/** All that Tab comes by in one round through the page; fails where it stays with some part of the page for ever. */
export async function round(page, key = 'Tab') {
  let way = [];
  let rounds = 0;
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press(key);
    const name = await seenFocus(page);
    if (name !== null) way.push(name);
    else if (rounds++ > 0 && way.length > 0) return way;
    else way = [];
  }
  return assert.fail(`focus does not leave the page: ${way.join(' | ')}`);
}
