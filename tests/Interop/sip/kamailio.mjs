// A Kamailio as the operator in front of us: registrar and proxy that asks for a password and stays in the path.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const modules = dirname(execFileSync('dpkg', ['-L', 'kamailio']).toString().split('\n').find(line => line.endsWith('/registrar.so')));
let nextPort = 25_800;

/**
 * `algorithm`: MD5 or SHA-256, for everybody but the phone named `open`. Calls to `room` go to our server at `home`; calls to numbers
 * to that phone.
 */
export async function startKamailio({ realm, password, algorithm, open, room, home }) {
  const folder = mkdtempSync(join(tmpdir(), 'sylk-kamailio-'));
  const port = (nextPort += 10);
  writeFileSync(join(folder, 'kamailio.cfg'), `#!KAMAILIO
debug=1
log_stderror=yes
fork=yes
children=1
disable_tcp=yes
auto_aliases=no
listen=udp:127.0.0.1:${port}
mpath="${modules}/"
${['pv', 'sl', 'tm', 'rr', 'maxfwd', 'usrloc', 'registrar', 'textops', 'siputils', 'auth'].map(name => `loadmodule "${name}.so"`).join('\n')}
modparam("auth", "algorithm", "${algorithm}")
modparam("rr", "enable_full_lr", 1)

request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("OPTIONS") && !has_totag()) { sl_send_reply("200", "Alive"); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
    sl_send_reply("404", "Not Here");
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  t_check_trans();
  if (is_method("REGISTER|INVITE") && $fU != "${open}") {
    if (!pv_www_authenticate("${realm}", "${password}", "0")) { www_challenge("${realm}", "1"); exit; }
    consume_credentials();
  }
  if (is_method("REGISTER")) { save("location"); exit; }
  record_route();
  if ($rU == "${room}") { $du = "sip:${home}"; t_relay(); exit; }
  if ($rU =~ "^[+]") { $rU = "${open}"; }
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  t_relay();
}
`);
  const child = spawn('kamailio', ['-f', join(folder, 'kamailio.cfg'), '-DD', '-E', '-Y', folder, '-P', join(folder, 'pid'), '-m', '32', '-M', '8'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', text => { log += text; });
  await new Promise(resolve => setTimeout(resolve, 1500));
  if (child.exitCode !== null) throw new Error(`kamailio ended: ${log.slice(-2000)}`);
  return {
    port,
    log: () => log,
    stop: () => new Promise(resolve => { if (child.exitCode !== null) return resolve(); child.once('exit', resolve); child.kill('SIGTERM'); setTimeout(() => child.kill('SIGKILL'), 3000).unref(); }),
  };
}
