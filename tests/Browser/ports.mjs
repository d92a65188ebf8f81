// Free ports for servers that a test starts. Not of the range that the system gives to outgoing connections (32768 on): there a
// browser's or a client's socket may take a port between its choice and the server's start. Nor those of phones (20000 on).
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const [first, count] = [12_000, 8_000];
let next = Math.floor(Math.random() * count);

const opens = (listen, close) => new Promise(resolve => {
  const socket = listen(() => close(socket, () => resolve(true)));
  socket.once('error', () => resolve(false));
});

/** Free for TCP and for UDP, and not given out before by this process. */
export async function freePort() {
  for (let tries = 0; tries < count; tries++) {
    const port = first + next++ % count;
    if (await opens(done => createServer().listen(port, '127.0.0.1', done), (socket, done) => socket.close(done))
      && await opens(done => createSocket('udp4').bind(port, '127.0.0.1', done), (socket, done) => socket.close(done))) return port;
  }

  throw new Error('no port is free');
}
