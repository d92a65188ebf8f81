// A baresip of its own: a source tone, a recording of what it hears, and a control socket.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeTone } from '../../Browser/tone.mjs';

const modules = dirname(execFileSync('dpkg', ['-L', 'baresip-core']).toString().split('\n').find(line => line.endsWith('/opus.so')));
let nextPort = 25_060;
let nextRtp = 31_000;

/**
 * `account`: parameters of its account line, such as `audio_codecs=PCMU;mediaenc=srtp-mand`. `hertz`: the tone it sends, for so many `seconds`; then it hangs up. `registrar`: where it
 * registers, `host:port`; then with `password`, if any. `contact`: whom its `message` goes to. `video`: it has
 * a camera (a picture made by program) and a screen that decodes and keeps nothing but snapshots; VP8 and, from baresip-ffmpeg, H.264.
 */
export async function startBaresip({ name, hertz, account = '', answers = false, transport = 'udp', host = '127.0.0.1', contact = '', registrar = '', password = '', video = false, seconds = 120 }) {
  const folder = mkdtempSync(join(tmpdir(), 'sylk-baresip-'));
  const sip = (nextPort += 10), control = sip + 5, rtp = (nextRtp += 20); // it takes the port after its own for TLS
  mkdirSync(join(folder, 'rec'));
  const camera = ['video_source fakevideo,nil', 'video_display fakevideo,nil', 'video_size 320x240', 'video_bitrate 400000', 'video_fps 15', 'video_fullscreen no', 'avcodec_h264enc libx264', 'avcodec_h264dec h264'];
  writeTone(join(folder, 'tone.wav'), hertz, seconds);
  writeFileSync(join(folder, 'config'), [
    'poll_method epoll', `sip_listen ${host}:${sip}`, 'call_local_timeout 120', 'call_max_calls 4',
    'audio_player aubridge,nil', `audio_source aufile,${folder}/tone.wav`, 'audio_alert aubridge,nil',
    'ausrc_srate 48000', 'auplay_srate 48000', 'ausrc_channels 1', 'auplay_channels 1', 'audio_level no', 'audio_buffer 20-160',
    `rtp_ports ${rtp}-${rtp + 19}`, 'rtcp_mux yes', 'jitter_buffer_delay 2-5', 'rtp_stats yes', `net_interface ${host}`, `module_path ${modules}`,
    ...(video ? camera : []),
    ...['opus', 'g722', 'g711', 'aufile', 'aubridge', 'sndfile', 'srtp', 'dtls_srtp', ...(account.includes('medianat=ice') ? ['ice'] : []), ...(video ? ['vp8', 'avcodec', 'fakevideo', 'snapshot'] : [])].map(module => `module ${module}.so`),
    'module_tmp account.so', ...['contact', 'debug_cmd', 'menu', 'ctrl_tcp'].map(module => `module_app ${module}.so`),
    `ctrl_tcp_listen 127.0.0.1:${control}`, `snd_path ${folder}/rec`, 'opus_bitrate 28000', 'opus_inbandfec yes', 'menu_bell no', 'statmode_default off', '',
  ].join('\n'));
  const user = name.toLowerCase();
  const login = password && `;auth_user=${user};auth_pass=${password}`;
  writeFileSync(join(folder, 'accounts'), `"${name}" <sip:${user}@${registrar || `${host}:${sip}`};transport=${transport}>;regint=${registrar ? 60 : 0}${login};answermode=${answers ? 'auto' : 'manual'}${account && `;${account}`}\n`);
  writeFileSync(join(folder, 'contacts'), contact && `"Room" <${contact}>\n`);
  const child = spawn('baresip', ['-4', '-f', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stdout.on('data', text => { log += text; });
  child.stderr.on('data', text => { log += text; });
  const socket = await connect(control);
  return {
    name,
    sip,
    log: () => log,
    folder,
    command: (command, params = '') => say(socket, command, params),
    dial: address => say(socket, 'dial', address),
    /** Dials and waits until the call is up. */
    call: async address => {
      await say(socket, 'dial', address);
      for (let i = 0; i < 80 && !/Call established/.test(log); i++) await new Promise(resolve => setTimeout(resolve, 100));
      assert.match(log, /Call established/, `${name}: ${log.slice(-1500)}`);
    },
    /** Writes what it is shown now as a PNG. */
    snapshot: path => say(socket, 'snapshot_recv', path),
    /** The recording of what it heard, as WAV files in the order of their making. */
    heard: () => readdirSync(join(folder, 'rec')).filter(file => file.endsWith('-dec.wav')).sort().map(file => join(folder, 'rec', file)),
    stop: () => new Promise(resolve => { child.once('exit', resolve); socket.destroy(); child.kill('SIGTERM'); setTimeout(() => child.kill('SIGKILL'), 2000).unref(); }),
  };
}

async function connect(port) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await new Promise((resolve, reject) => {
        const socket = createConnection({ port, host: '127.0.0.1' }, () => { socket.removeListener('error', reject); socket.on('error', () => {}); resolve(socket); });
        socket.once('error', reject);
      });
    } catch (fault) {
      if (attempt === 50) throw fault;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}

/** One command as a netstring; resolves with the reply. */
function say(socket, command, params) {
  const body = Buffer.from(JSON.stringify({ command, params, token: 't' }));
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const late = setTimeout(() => { socket.removeListener('data', take); reject(new Error(`baresip says nothing to ${command}`)); }, 5000);
    function take(piece) {
      bytes = Buffer.concat([bytes, piece]);
      for (let colon; (colon = bytes.indexOf(':')) > 0;) {
        const length = Number(bytes.subarray(0, colon));
        if (bytes.length < colon + length + 2) return;
        const message = JSON.parse(bytes.subarray(colon + 1, colon + 1 + length).toString());
        bytes = bytes.subarray(colon + length + 2);
        if (!message.response) continue;
        clearTimeout(late);
        socket.removeListener('data', take);
        resolve(message);
      }
    }
    socket.on('data', take);
    socket.write(Buffer.concat([Buffer.from(`${body.length}:`), body, Buffer.from(',')]));
  });
}
