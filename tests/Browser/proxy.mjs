// The way to a server, which a test can cut.
import { connect, createServer } from 'node:net';

/** A TCP proxy that can be cut: what is open breaks, what comes is refused until it is mended. */
export function startProxy(target) {
  const open = new Set();
  let cut = false;
  const listener = createServer(client => {
    if (cut) { client.destroy(); return; }
    const upstream = connect(target, '127.0.0.1');
    for (const [from, to] of [[client, upstream], [upstream, client]]) {
      open.add(from);
      from.on('error', () => to.destroy()).on('close', () => { open.delete(from); to.destroy(); }).pipe(to);
    }
  });
  return new Promise(resolve => listener.listen(0, '127.0.0.1', () => resolve({
    url: `http://127.0.0.1:${listener.address().port}`,
    cut: () => { cut = true; for (const socket of open) socket.destroy(); },
    mend: () => { cut = false; },
    stop: () => { cut = true; for (const socket of open) socket.destroy(); listener.close(); },
  })));
}
