// A bad network between browsers and the server's media port: loses, delays and so reorders datagrams both ways, by a seed.
// Runs as a process of its own (node relay.mjs MEDIA_PORT SEED LOSS JITTER_MS): the test's event loop must not be part of the network.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { fileURLToPath } from 'node:url';

const itself = fileURLToPath(import.meta.url);

/** Resolves with the relay's port and a way to stop it; `stop` resolves with what it did. */
export function startRelay(mediaPort, seed, loss, jitterMs) {
  const child = spawn(process.execPath, [itself, mediaPort, seed, loss, jitterMs].map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  return new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`the relay ended with ${code}`)));
    child.stdout.on('data', text => {
      said += text;
      if (!said.includes('\n')) return;
      resolve({
        port: JSON.parse(said.split('\n')[0]).port,
        stop: () => new Promise(done => { child.once('exit', () => done(JSON.parse(said.trim().split('\n').at(-1)))); child.stdin.end(); }),
        /** From now on nothing gets through; called again, everything does. */
        cutOrMend: () => child.kill('SIGUSR2'),
      });
    });
  });
}

/** A page's script: the answer's candidates become the relay's address; there is no way around it by TCP. */
export const through = port => `(() => {
  const set = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    const lines = description.sdp.split('\\r\\n').filter(line => !line.startsWith('a=candidate:') || / udp .* 127\\.0\\.0\\.1 /i.test(line));
    const sdp = lines.map(line => line.startsWith('a=candidate:') ? line.replace(/127\\.0\\.0\\.1 \\d+/, '127.0.0.1 ${port}') : line).join('\\r\\n');
    return set.call(this, { type: description.type, sdp });
  };
})();`;

function relay([mediaPort, seed, loss, jitterMs]) {
  let state = seed >>> 0 || 1;
  const random = () => { // xorshift32
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    return state / 2 ** 32;
  };
  const told = { passed: 0, lost: 0 };
  const pass = send => {
    if (cut || random() < loss) { told.lost++; return; }
    told.passed++;
    setTimeout(send, random() * jitterMs);
  };
  const front = createSocket('udp4');
  const upstreams = new Map();
  let cut = false;
  process.on('SIGUSR2', () => { cut = !cut; });
  front.on('message', (data, from) => {
    const key = `${from.address}:${from.port}`;
    let upstream = upstreams.get(key);
    if (!upstream) {
      upstream = createSocket('udp4').bind(0, '127.0.0.1');
      upstream.on('message', back => pass(() => front.send(back, from.port, from.address)));
      upstreams.set(key, upstream);
    }
    pass(() => upstream.send(data, mediaPort, '127.0.0.1'));
  });
  front.bind(0, '127.0.0.1', () => console.log(JSON.stringify({ port: front.address().port })));
  process.stdin.on('end', () => { console.log(JSON.stringify(told)); process.exit(0); }).resume();
}

if (process.argv[1] === itself) relay(process.argv.slice(2).map(Number));
