// Starts the real server on free loopback ports and a data folder of its own for one test file, and stops it by its own pid.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `settings`: options beside those every test has. */
export async function startServer(settings = ['--Media:Shards=1']) {
  const [http, media, sip, data] = [await freePort(), await freePort(), await freePort(), await mkdtemp(join(tmpdir(), 'sylk-test-'))];
  const child = spawn('dotnet', [
    `${root}src/Server/bin/Release/net10.0/sylk-conference.dll`,
    `--Http:Urls=http://127.0.0.1:${http}`, `--Media:UdpPort=${media}`, `--Media:TcpPort=${media}`,
    `--Server:DataDir=${data}`, '--Sip:Enabled=false', `--Sip:Udp=${sip}`, `--Sip:Tcp=${sip}`, ...settings,
    `--Web:Root=${root}web/app/dist`,
  ], { stdio: ['ignore', 'pipe', 'inherit'] });
  const bootstrapCode = new Promise(resolve => child.stdout.on('data', text => {
    const code = /#bootstrap=([0-9a-f]+)/.exec(String(text));
    if (code) resolve(code[1]);
  }));
  await new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`the server ended with ${code} before it listened`)));
    child.stdout.on('data', text => { if (String(text).includes('is listening on')) resolve(); });
  });
  const url = `http://127.0.0.1:${http}`;
  return {
    url,
    pid: child.pid,
    /** Of the link a fresh server prints: makes the first API key. */
    bootstrapCode,
    mediaPort: media,
    /** Where phones call; only with the setting `--Sip:Enabled=true`. */
    sipPort: sip,
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    stop: async () => {
      await new Promise(resolve => { child.once('exit', resolve); child.kill('SIGTERM'); });
      await rm(data, { recursive: true, force: true });
    },
  };
}
