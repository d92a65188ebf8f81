// One address in front of several nodes: new connections go in turn to those that are ready. A hub connection is two requests, which must
// reach the same node: its token is learnt from the answer to the first and looked for in the second. For trying a cluster on one
// machine; elsewhere a load balancer with sticky sessions does this.
import { request } from 'node:http';
import { connect, createServer } from 'node:net';

const LOOK_MS = 300;
const MOST_TOKENS = 10_000;

const isReady = port => new Promise(resolve => {
  const asked = request({ host: '127.0.0.1', port, path: '/health/ready', timeout: 1000 }, answer => {
    answer.resume();
    resolve(answer.statusCode === 200);
  });
  asked.on('error', () => resolve(false)).on('timeout', () => asked.destroy()).end();
});

/** `ports`: HTTP ports of the nodes on this machine. */
export function openFront(port, ports, tell = () => undefined) {
  const ready = new Map(ports.map(p => [p, false]));
  const homes = new Map();
  let turn = 0;
  const look = setInterval(() => ports.forEach(async p => {
    const now = await isReady(p);
    if (ready.get(p) !== now) tell(p, now);
    ready.set(p, now);
  }), LOOK_MS);

  const next = () => {
    const up = ports.filter(p => ready.get(p));
    return up.length > 0 ? up[turn++ % up.length] : ports[0];
  };

  const learn = (text, node) => {
    const token = /"connectionToken":"([^"]+)"/.exec(text)?.[1];
    if (!token) return;
    homes.set(token, node);
    if (homes.size > MOST_TOKENS) homes.delete(homes.keys().next().value);
  };

  const server = createServer(client => {
    client.on('error', () => client.destroy());
    client.once('data', head => {
      const token = /^\w+ \/hubs\/\w+\?(?:\S*&)?id=([^&\s]+)/.exec(head.toString('latin1'))?.[1];
      const node = (token && homes.get(decodeURIComponent(token))) ?? next();
      const backend = connect(node, '127.0.0.1');
      backend.on('error', () => client.destroy()).on('close', () => client.destroy());
      client.on('close', () => backend.destroy());
      if (!token) backend.on('data', chunk => { if (chunk.includes('connectionToken')) learn(chunk.toString('latin1'), node); });
      backend.write(head);
      client.pipe(backend).pipe(client);
    });
  });
  server.listen(port, '127.0.0.1');
  return { close: () => { clearInterval(look); server.close(); } };
}
