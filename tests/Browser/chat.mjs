// What people do in the chat of our page.
export async function openChat(page) {
  if (!await page.locator('#chat').isVisible()) await page.getByRole('toolbar').getByRole('button', { name: /^Chat/ }).click();
  const box = page.getByRole('textbox', { name: 'Message' });
  await box.waitFor();
  return box;
}
export async function say(page, text) {
  const box = await openChat(page);
  await box.fill(text);
  await box.press('Enter');
}
export async function closeChat(page) {
  await page.locator('#chat').getByRole('button', { name: 'Close' }).click();
  await page.locator('#chat').waitFor({ state: 'detached' });
}
/** The words of every message as they are drawn, oldest first. */
export const said = page => page.evaluate(() => [...document.querySelectorAll('#chat [data-message] [dir=auto]')].map(bubble => bubble.textContent));
/** The words this page knows, whether it shows them or not. */
export const known = page => page.evaluate(() => window.__sylk.session.store.snapshot.chat.lines.map(line => line.content));
export const hears = (page, text, timeout = 10_000) => page.waitForFunction(
  wanted => window.__sylk.session.store.snapshot.chat.lines.some(line => line.content === wanted && line.status === 'sent'), text, { timeout });
