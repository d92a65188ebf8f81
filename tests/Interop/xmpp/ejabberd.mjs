// A private ejabberd on loopback ports. Its Erlang port mapper listens on loopback too and is ended with it.
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../Browser/ports.mjs';
import { ended, listens } from './ports.mjs';
import { secret } from './prosody.mjs';

const run = promisify(execFile);

export async function startEjabberd(users) {
  const folder = await mkdtemp(join(tmpdir(), 'sylk-ejabberd-'));
  const [c2s, component, epmd] = [await freePort(), await freePort(), await freePort()];
  for (const name of ['conf', 'log', 'db']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'conf', 'ejabberd.yml'), `
hosts: [ej.test]
loglevel: warning
listen:
  - {port: ${c2s}, ip: "127.0.0.1", module: ejabberd_c2s, max_stanza_size: 262144, starttls: false, access: c2s}
  - {port: ${component}, ip: "127.0.0.1", module: ejabberd_service, access: local, shaper: fast, hosts: {rooms.ej.test: {password: ${secret}}}}
auth_method: internal
auth_password_format: plain
acl: {local: {user_regexp: ""}}
access_rules: {c2s: [allow], local: [allow]}
shaper: {fast: 1000000}
shaper_rules: {fast: fast}
modules: {mod_disco: {}, mod_roster: {}, mod_ping: {}, mod_admin_extra: {}}
`);
  const env = {
    ...process.env, HOME: folder, ERL_EPMD_PORT: String(epmd), ERL_EPMD_ADDRESS: '127.0.0.1', ERL_EPMD_RELAXED_COMMAND_CHECK: '1', EJABBERD_CONFIG_PATH: join(folder, 'conf', 'ejabberd.yml'),
  };
  const node = `ej${component}@localhost`;
  await writeFile(join(folder, 'conf', 'ejabberdctl.cfg'), [
    `ERLANG_NODE=${node}`, 'INET_DIST_INTERFACE=127.0.0.1', 'ERL_EPMD_ADDRESS=127.0.0.1', `EJABBERD_CONFIG_PATH=${folder}/conf/ejabberd.yml`,
    `EJABBERD_PID_PATH=${folder}/pid`, `LOGS_DIR=${folder}/log`, `SPOOL_DIR=${folder}/db`, '',
  ].join('\n'));
  // The packaged control script drops to a user of its own, who must be able to write here.
  await run('chown', ['-R', 'ejabberd', folder]).catch(() => {});
  await chmod(folder, 0o755);
  const arguments_ = ['--config-dir', join(folder, 'conf'), '--logs', join(folder, 'log'), '--spool', join(folder, 'db')];
  let child;
  const start = async () => {
    child = spawn('ejabberdctl', [...arguments_, 'foreground'], { env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    await listens(component, 60);
    await listens(c2s);
  };
  const end = async () => {
    await run('ejabberdctl', [...arguments_, 'stop'], { env }).catch(() => {});
    await Promise.race([new Promise(resolve => child.once('exit', resolve)), new Promise(resolve => setTimeout(resolve, 10_000))]);
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    await ended(child, 'SIGKILL');
  };
  await start();
  for (const user of users) await run('ejabberdctl', [...arguments_, 'register', user, 'ej.test', `pw-${user}`], { env });
  return {
    name: 'ejabberd', domain: 'ej.test', rooms: 'rooms.ej.test', c2s, component, passwordOf: user => `pw-${user}`,
    restart: async seconds => {
      await end();
      await new Promise(resolve => setTimeout(resolve, seconds * 1000));
      await start();
    },
    stop: async () => {
      await end();
      await run('epmd', ['-port', String(epmd), '-kill'], { env }).catch(() => {});
      await rm(folder, { recursive: true, force: true });
    },
  };
}
