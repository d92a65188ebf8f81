// A PostgreSQL of our own in a folder, from Debian's package; started and stopped with whoever runs this.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const isRoot = process.getuid?.() === 0;

function run(program, ...args) {
  const versions = readdirSync('/usr/lib/postgresql').sort();
  const path = `/usr/lib/postgresql/${versions.at(-1)}/bin/${program}`;
  const [command, rest] = isRoot ? ['runuser', ['-u', 'postgres', '--', path, ...args]] : [path, args];
  // PostgreSQL refuses to run as root, and no pipe: the server it starts would hold it open.
  const done = spawnSync(command, rest, { stdio: 'ignore', cwd: '/' });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${done.status}`);
}

/** `folder`: absolute; made when missing, kept afterwards. */
export function startPostgres(folder, port) {
  const data = `${folder}/data`;
  if (!existsSync(data)) {
    mkdirSync(folder, { recursive: true });
    if (isRoot) chownSync(folder, Number(execFileSync('id', ['-u', 'postgres'])), Number(execFileSync('id', ['-g', 'postgres'])));
    else chmodSync(folder, 0o700);
    run('initdb', '-D', data, '-U', 'sylk', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8');
  }
  run('pg_ctl', '-D', data, '-w', '-s', '-l', `${folder}/log`, 'start', '-o', `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`);
  return {
    connection: `Host=127.0.0.1;Port=${port};Username=sylk;Database=postgres`,
    pause: () => run('pg_ctl', '-D', data, '-m', 'fast', '-w', '-s', 'stop'),
  };
}
