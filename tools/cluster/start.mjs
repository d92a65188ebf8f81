// ./run cluster: three nodes, a PostgreSQL and one address in front of them, on this machine, with a list of what to kill.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openFront } from './front.mjs';
import { startPostgres } from './postgres.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [FRONT, FIRST_HTTP, FIRST_MEDIA, POSTGRES] = [8080, 8081, 11_000, 15_432];
const NODES = 3;
const MEDIA_STEP = 20;
const [FIRST_SIP, FIRST_RTP, RTP_STEP] = [5060, 20_000, 300];

const postgres = startPostgres(`${process.env.SYLK_CLUSTER_DIR ?? '/tmp/sylk-cluster'}/postgres`, POSTGRES);
const nodes = [];
let ending = false;

function start(index) {
  const [http, media, sip, rtp] = [FIRST_HTTP + index, FIRST_MEDIA + index * MEDIA_STEP, FIRST_SIP + index * 10, FIRST_RTP + index * RTP_STEP];
  const child = spawn('dotnet', [
    `${root}src/Server/bin/Release/net10.0/sylk-conference.dll`, `--Http:Urls=http://127.0.0.1:${http}`,
    `--Media:UdpPort=${media}`, `--Media:TcpPort=${media}`, '--Cluster:Mode=adonet', `--Cluster:Port=${FIRST_HTTP + 100 + index}`,
    `--Sip:Udp=${sip}`, `--Sip:Tcp=${sip}`, `--Sip:RtpPorts=${rtp}-${rtp + RTP_STEP - 1}`, `--Sip:Sounds=${root}artifacts/sounds`,
    '--Storage:Mode=postgres', `--Storage:Connection=${postgres.connection}`, `--Server:DataDir=${root}data/cluster`,
    '--Observability:LogLevel=Warning', `--Web:Root=${root}web/app/dist`, ...process.argv.slice(2),
  ], { stdio: ['ignore', 'inherit', 'inherit'] });
  nodes[index] = { child, http, media, sip };
  child.once('exit', (code, signal) => {
    if (ending) return;
    console.log(`-- node ${index + 1} (pid ${child.pid}) ended with ${signal ?? code}; another one starts in its place in 5 s`);
    setTimeout(() => { if (!ending) start(index); tell(); }, 5000);
  });
}

function tell() {
  console.log(`
  open        http://localhost:${FRONT}/r/standup   in several browsers, and talk
  call        sip:standup@127.0.0.1:${FIRST_SIP}   with a phone, at any node
${nodes.map(({ child, http, media, sip }, i) => `  node ${i + 1}      pid ${child.pid}   http ${http}   media udp ${media}   sip ${sip}`).join('\n')}

  kill one    kill -9 PID    sound is back within 2 s, nobody leaves or joins
  drain one   kill PID       people move before it ends, and notice nothing
  freeze one  kill -STOP PID, later kill -CONT PID: its rooms are elsewhere by then, and it finds that out
  who has it  curl -s http://127.0.0.1:${FIRST_HTTP}/metrics | grep sylk_node
  end         Ctrl-C
`);
}

async function end() {
  if (ending) return;
  ending = true;
  front.close();
  await Promise.all(nodes.map(({ child }) => new Promise(done => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once('exit', done);
    child.kill('SIGKILL');
  })));
  postgres.pause();
  process.exit(0);
}

for (let index = 0; index < NODES; index++) start(index);
const front = openFront(FRONT, nodes.map(({ http }) => http), (port, ready) => console.log(`-- node ${port - FIRST_HTTP + 1} is ${ready ? 'ready' : 'not ready'}`));
process.on('SIGINT', end).on('SIGTERM', end);
tell();
