// A private Prosody on loopback ports, with users and the component's place.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../Browser/ports.mjs';
import { ended, listens } from './ports.mjs';

const run = promisify(execFile);
export const secret = 'a-shared-secret-of-a-test';

export async function startProsody(users) {
  const folder = await mkdtemp(join(tmpdir(), 'sylk-prosody-'));
  const [c2s, component] = [await freePort(), await freePort()];
  const config = join(folder, 'prosody.cfg.lua');
  await writeFile(config, `
daemonize = false
run_as_root = true
pidfile = "${folder}/pid"
data_path = "${folder}/data"
certificates = "${folder}"
interfaces = { "127.0.0.1" }
c2s_ports = { ${c2s} }
component_ports = { ${component} }
component_interfaces = { "127.0.0.1" }
http_ports = { }
https_ports = { }
modules_enabled = { "roster", "saslauth", "disco", "ping" }
modules_disabled = { "s2s", "tls" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = "internal"
log = { { levels = { min = "warn" }, to = "console" } }
VirtualHost "xmpp.test"
Component "rooms.xmpp.test"
  component_secret = "${secret}"
`);
  for (const user of users) await run('prosodyctl', ['--root', '--config', config, 'register', user, 'xmpp.test', `pw-${user}`]);
  let child;
  const start = async () => {
    child = spawn('prosody', ['--root', '--config', config], { stdio: ['ignore', 'inherit', 'inherit'] });
    await listens(component);
    await listens(c2s);
  };
  await start();
  return {
    name: 'Prosody', domain: 'xmpp.test', rooms: 'rooms.xmpp.test', c2s, component, passwordOf: user => `pw-${user}`,
    /** Away for so many seconds. With SIGKILL it has no time to say goodbye to anybody. */
    restart: async (seconds, signal) => {
      await ended(child, signal);
      await new Promise(resolve => setTimeout(resolve, seconds * 1000));
      await start();
    },
    stop: async () => {
      await ended(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
