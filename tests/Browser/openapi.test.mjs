// I5: a client made by a public generator from the committed document creates a room, lists its people and deletes it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const run = (tool, ...args) => execFileSync(process.execPath, [`${here}node_modules/${tool}`, ...args], { cwd: here, stdio: ['ignore', 'inherit', 'inherit'] });

test('I5 a generated client compiles and works', async t => {
  t.after(() => rmSync(`${here}openapi/made`, { recursive: true, force: true }));
  t.after(() => rmSync(`${here}openapi/v1.d.ts`, { force: true }));
  run('openapi-typescript/bin/cli.js', '../../docs/openapi/v1.json', '-o', 'openapi/v1.d.ts');
  run('typescript/bin/tsc', '--strict', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck', '--outDir', 'openapi/made', 'openapi/client.ts');
  const { roundTrip } = await import('./openapi/made/client.js');
  const server = await startServer();
  t.after(() => server.stop());
  const made = await (await fetch(`${server.url}/api/v1/bootstrap`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ code: await server.bootstrapCode }),
  })).json();
  assert.deepEqual(await roundTrip(server.url, made.secret), {
    name: 'generated', status: 'idle', maxParticipants: 100, people: 0, deleted: 204, gone: 'room_not_found',
  });
});
