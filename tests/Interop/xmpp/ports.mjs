import { connect } from 'node:net';

/** Until somebody listens there. */
export async function listens(port, seconds = 30) {
  for (let i = 0; i < seconds * 5; i++) {
    const open = await new Promise(resolve => {
      const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); }).once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  throw new Error(`nobody listens on ${port}`);
}

/** Ends a child by its own pid. */
export const ended = (child, signal = 'SIGTERM') => new Promise(resolve => {
  if (child.exitCode !== null || child.signalCode !== null) { resolve(); return; }
  child.once('exit', resolve);
  child.kill(signal);
  setTimeout(() => child.kill('SIGKILL'), 8000).unref();
});
