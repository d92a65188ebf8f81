// An OpenID provider after the public specifications (Core 1.0 §3.1, Discovery 1.0, RFC 7636), with a page on which one says yes.
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startProvider(person) {
  const codes = new Map();
  const http = createServer(async (request, response) => {
    const url = new URL(request.url, `http://${request.headers.host}`);
    const json = (value, status = 200) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    if (url.pathname === '/.well-known/openid-configuration') {
      const issuer = url.origin;
      return json({ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, userinfo_endpoint: `${issuer}/userinfo`, jwks_uri: `${issuer}/keys` });
    }
    if (url.pathname === '/keys') return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] });
    if (url.pathname === '/userinfo') return json(person);
    if (url.pathname === '/authorize') {
      const code = randomBytes(16).toString('hex');
      const ask = Object.fromEntries(url.searchParams);
      codes.set(code, ask);
      const back = `${ask.redirect_uri}?code=${code}&state=${encodeURIComponent(ask.state)}`;
      return response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><title>Provider</title><a href="${back.replaceAll('&', '&amp;')}">Yes, it is me</a>`);
    }
    let text = '';
    for await (const piece of request) text += piece;
    const form = new URLSearchParams(text);
    const ask = codes.get(form.get('code'));
    codes.delete(form.get('code'));
    if (createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') !== ask?.code_challenge) return json({ error: 'invalid_grant' }, 400);
    const now = Math.floor(Date.now() / 1000);
    const signed = `${part({ alg: 'RS256', kid: 'one' })}.${part({ iss: url.origin, aud: ask.client_id, sub: person.sub, nonce: ask.nonce, iat: now, exp: now + 300 })}`;
    json({ access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token: `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}` });
  });
  await new Promise(resolve => http.listen(0, '127.0.0.1', resolve));
  return {
    authority: `http://127.0.0.1:${http.address().port}`,
    stop: () => new Promise(resolve => { http.closeAllConnections(); http.close(resolve); }),
  };
}
