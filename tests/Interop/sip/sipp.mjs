// One SIPp scenario against a server: resolves when all went as the scenario has it, with its messages otherwise.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scenarios = fileURLToPath(new URL('../sipp/', import.meta.url));
let nextPort = 26_000;
let nextMedia = 27_000;

/** `values`: words of the scenario and what stands in their place. */
export function sipp(scenario, { port, room = 'sipp', values = {}, transport = 'u1' }) {
  const folder = mkdtempSync(join(tmpdir(), 'sylk-sipp-'));
  let text = readFileSync(join(scenarios, `${scenario}.xml`), 'utf8');
  for (const [word, value] of Object.entries(values)) text = text.replaceAll(word, value);
  writeFileSync(join(folder, 'scenario.xml'), text);
  const child = spawn('sipp', [
    '-sf', 'scenario.xml', '-i', '127.0.0.1', '-p', String(nextPort += 10), '-mi', '127.0.0.1', '-mp', String(nextMedia += 10), '-t', transport,
    '-s', room, '-m', '1', '-nostdin', '-timeout', '25', '-timeout_error', '-trace_err', '-trace_msg', `127.0.0.1:${port}`,
  ], { cwd: folder, stdio: 'ignore' });
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => {
      clearTimeout(late);
      const logs = readdirSync(folder).filter(file => file.endsWith('.log')).sort();
      const said = logs.map(file => readFileSync(join(folder, file), 'utf8')).join('\n');
      rmSync(folder, { recursive: true, force: true });
      if (code === 0) resolve(said);
      else reject(new Error(`${scenario} ended with ${code}:\n${said.slice(0, 1500)}\n…\n${said.slice(-4000)}`));
    });
  });
}

/** A file of A-law samples, 8,000 a second: a tone at half of what there is. */
export function writeALawTone(path, hertz, seconds) {
  const bytes = Buffer.alloc(8000 * seconds);
  for (let i = 0; i < bytes.length; i++) bytes[i] = aLaw(Math.round(16_000 * Math.sin(2 * Math.PI * hertz * i / 8000)));
  writeFileSync(path, bytes);
}

/** G.711: sign, three bits of exponent, four of mantissa, every other bit turned round. */
function aLaw(sample) {
  const sign = sample >= 0 ? 0x80 : 0;
  const size = Math.min(Math.abs(sample), 32_767) >> 4; // 11 bits
  const exponent = size < 16 ? 0 : Math.floor(Math.log2(size)) - 3;
  const mantissa = (exponent < 2 ? size : size >> (exponent - 1)) & 0x0f;
  return (sign | exponent << 4 | mantissa) ^ 0x55;
}
