// A linphonec of its own: plays a tone from a file, records what it hears, and takes commands.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTone } from '../../Browser/tone.mjs';

let nextPort = 27_100;
const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));

/** `encryption`: none, srtp or dtls. `registrar`: where it registers, `host:port`, with `password` in `realm`. */
export async function startLinphone({ name, hertz, encryption = 'none', registrar = '', password = '', realm = '' }) {
  const folder = mkdtempSync(join(tmpdir(), 'sylk-linphone-'));
  const sip = (nextPort += 100);
  mkdirSync(join(folder, '.local/share/linphone'), { recursive: true });
  writeTone(join(folder, 'tone.wav'), hertz, 120, 8000);
  writeFileSync(join(folder, 'rc'), `[sip]
sip_port=${sip}
sip_tcp_port=0
sip_tls_port=0
use_ipv6=0
${registrar ? "default_proxy=0\n" : ""}contact="${name}" <sip:${name.toLowerCase()}@127.0.0.1:${sip}>
guess_hostname=0
use_info=0
use_rfc2833=1
media_encryption=${encryption}
verify_server_certs=0

[rtp]
bind_address=127.0.0.1
audio_rtp_port=${sip + 20}

${registrar && `[proxy_0]
reg_proxy=<sip:${registrar}>
reg_identity="${name}" <sip:${name.toLowerCase()}@${registrar}>
reg_expires=120
reg_sendregister=1
publish=0

[auth_info_0]
username=${name.toLowerCase()}
userid=${name.toLowerCase()}
passwd=${password}
realm=${realm}
`}
[video]
enabled=0
capture=0
display=0
`);
  const child = spawn('linphonec', ['-c', join(folder, 'rc'), '-d', '6', '-l', join(folder, 'debug.log')], {
    stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, HOME: folder },
  });
  let log = '';
  child.stdout.on('data', text => { log += text; });
  child.stderr.on('data', text => { log += text; });
  const say = line => child.stdin.write(`${line}\n`);
  await wait(2);
  for (const line of ['soundcard use files', `play ${folder}/tone.wav`, `record ${folder}/heard.wav`]) { say(line); await wait(0.2); }
  return {
    name,
    say,
    log: () => log,
    /** Its own account of what it sent and got. */
    debug: () => readFileSync(join(folder, 'debug.log'), 'utf8'),
    recording: join(folder, 'heard.wav'),
    dial: address => say(`call ${address}`),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise(resolve => child.once('exit', resolve));
      say('terminate');
      await wait(0.5);
      say('quit');
      setTimeout(() => child.kill('SIGKILL'), 4000).unref();
      await ended;
    },
    hasRecording: () => existsSync(join(folder, 'heard.wav')),
  };
}
