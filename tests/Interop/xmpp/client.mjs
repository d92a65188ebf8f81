// An XMPP user (slixmpp): orders it and reads what it was sent.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('client.py', import.meta.url));

/** `server`: of prosody.mjs or ejabberd.mjs. */
export async function startClient(server, user, resource) {
  const child = spawn('/usr/bin/python3', [script, `${user}@${server.domain}/${resource ?? 'test'}`, server.passwordOf(user), String(server.c2s)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const [stanzas, waiting, pending, errors] = [[], new Set(), new Map(), []];
  let orders = 0, jid, started;
  const ready = new Promise((resolve, reject) => { started = { resolve, reject }; });
  child.stderr.on('data', text => errors.push(String(text)));
  child.once('exit', code => started.reject(new Error(`${user} ended with ${code}: ${errors.join('').slice(-2000)}`)));
  createInterface({ input: child.stdout }).on('line', line => {
    if (!line.startsWith('{')) return; // slixmpp prints delays of its own accord
    const told = JSON.parse(line);
    if (told.event === 'started') { jid = told.jid; started.resolve(); }
    if (told.event === 'connection_failed') started.reject(new Error(`${user} cannot connect`));
    if (told.stanza) { stanzas.push(told.stanza); for (const look of waiting) look(); }
    if (told.done !== undefined) {
      const { resolve, reject } = pending.get(told.done);
      if (told.error) reject(Object.assign(new Error(`${told.error} ${told.text}`), { condition: told.error, text: told.text })); else resolve(told.result);
    }
  });
  const order = (what, more) => new Promise((resolve, reject) => {
    pending.set(++orders, { resolve, reject });
    child.stdin.write(JSON.stringify({ id: orders, do: what, with: more }) + '\n');
  });
  await ready;
  return {
    user, get jid() { return jid; }, stanzas, order,
    send: xml => order('send', { xml }),
    /** The first stanza from number `from` on that `pattern` matches. */
    saw: (pattern, { from = 0, seconds = 8 } = {}) => new Promise((resolve, reject) => {
      const look = () => {
        const at = stanzas.findIndex((stanza, i) => i >= from && pattern.test(stanza));
        if (at < 0) return;
        clearTimeout(late);
        waiting.delete(look);
        resolve(stanzas[at]);
      };
      const late = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`${user} never saw ${pattern}; but:\n${stanzas.slice(from).join('\n')}`));
      }, seconds * 1000);
      waiting.add(look);
      look();
    }),
    mark: () => stanzas.length,
    stop: () => new Promise(resolve => {
      if (child.exitCode !== null) { resolve(); return; }
      child.once('exit', resolve);
      child.stdin.end();
      setTimeout(() => child.kill('SIGKILL'), 3000).unref();
    }),
  };
}
