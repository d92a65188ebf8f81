// An operator at /admin, in Chromium: what the tests and the pictures of it share.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';

/** Signs in with the link of the first start. Gives the page and the first key. */
export async function firstStart(browser, server, options = { viewport: { width: 1440, height: 900 } }) {
  const context = await browser.newContext({ permissions: ['clipboard-write', 'clipboard-read'], ...options });
  const page = await context.newPage();
  watch(page);
  await page.goto(`${server.url}/admin#bootstrap=${await server.bootstrapCode}`);
  await page.getByRole('button', { name: 'Make the first key' }).click();
  const key = await page.locator('[data-secret]').first().innerText();
  await page.getByRole('button', { name: 'I have kept them, go on' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  return { page, key };
}

export async function signIn(browser, server, key, options) {
  const page = await (await browser.newContext(options)).newPage();
  watch(page);
  await page.goto(`${server.url}/admin`);
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  return page;
}

/** What goes wrong in the page, and what its policy refused. */
export function watch(page) {
  page.faults = [];
  page.on('pageerror', fault => page.faults.push(fault.message));
  page.on('console', line => { if (/Content Security Policy|Refused to/.test(line.text())) page.faults.push(line.text()); });
}

/** The first key of a fresh server, without a page. */
export async function firstKey(server) {
  const made = await fetch(`${server.url}/api/v1/bootstrap`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ code: await server.bootstrapCode }),
  });
  return (await made.json()).secret;
}

export const api = (server, key) => async (method, path, body) => {
  const reply = await fetch(`${server.url}/api/v1${path}`, {
    method, headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await reply.text();
  return { status: reply.status, body: text ? JSON.parse(text) : null };
};

/** A program that takes webhooks and checks them as Standard Webhooks says. */
export async function startReceiver() {
  const taken = [];
  const answer = { status: 204 };
  const http = createServer((request, response) => {
    let text = '';
    request.on('data', part => { text += part; });
    request.on('end', () => {
      taken.push({ id: request.headers['webhook-id'], text, headers: request.headers });
      response.writeHead(answer.status).end();
    });
  });
  await new Promise(resolve => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${http.address().port}/hook`,
    taken,
    answer,
    isSigned: ({ id, text, headers }, secret) => {
      const mac = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64')).update(`${id}.${headers['webhook-timestamp']}.${text}`).digest('base64');
      return headers['webhook-signature'].split(' ').includes(`v1,${mac}`);
    },
    stop: () => new Promise(resolve => http.close(resolve)),
  };
}
