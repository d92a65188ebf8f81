// Several real server processes and a PostgreSQL of their own, for one test file.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.mjs';
import { startPostgres } from '../../tools/cluster/postgres.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `storage`: `postgres` where rooms outlive their silo, `memory` where that is not what is looked at. */
export async function startCluster(storage = 'memory') {
  const postgres = startPostgres(mkdtempSync(`${tmpdir()}/sylk-pg-`), await freePort());
  const all = [];
  /** `settings`: options beside those every node has. */
  const start = async (roles, settings = []) => {
    const [http, media, sip] = [await freePort(), await freePort(), await freePort()];
    const child = spawn('dotnet', [
      `${root}src/Server/bin/Release/net10.0/sylk-conference.dll`, `--Http:Urls=http://127.0.0.1:${http}`,
      `--Media:UdpPort=${media}`, '--Media:TcpPort=0', '--Media:Shards=1', '--Cluster:Mode=adonet', '--Cluster:Port=0', `--Storage:Mode=${storage}`, `--Storage:Connection=${storage === 'postgres' ? postgres.connection : ''}`,
      `--Cluster:Connection=${postgres.connection}`, `--Server:Roles=${roles}`, `--Web:Root=${root}web/app/dist`,
      '--Sip:Enabled=false', `--Sip:Udp=${sip}`, '--Sip:Tcp=-1', ...settings,
    ], { stdio: ['ignore', 'pipe', 'inherit'] });
    const bootstrapCode = new Promise(resolve => child.stdout.on('data', text => {
      const code = /#bootstrap=([0-9a-f]+)/.exec(String(text));
      if (code) resolve(code[1]);
    }));
    const node = { bootstrapCode, url: `http://127.0.0.1:${http}`, media, sip, child, kill: signal => child.kill(signal) };
    all.push(node);
    while (!await fetch(`${node.url}/health/ready`).then(answer => answer.ok, () => false)) {
      if (child.exitCode !== null) throw new Error(`a node ended with ${child.exitCode} before it was ready`);
      await new Promise(done => setTimeout(done, 100));
    }
    return node;
  };
  return {
    start,
    stop: async () => {
      await Promise.all(all.map(({ child }) => child.exitCode ?? child.signalCode ?? new Promise(done => { child.once('exit', done); child.kill('SIGKILL'); })));
      postgres.pause();
    },
  };
}
