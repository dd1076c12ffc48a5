import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** The same each time: whoever wants others runs `npm run test:soak`. */
const SEED = 1;
const MINUTES = 1;

it('a minute of writes, kills and faults breaks no promise', async () => {
  const script = fileURLToPath(new URL('soak.ts', import.meta.url));
  const args = ['--import', 'tsx', script, '--seed', String(SEED), '--minutes', String(MINUTES)];
  const soak = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [told, [code]] = await Promise.all([text(soak.stdout), once(soak, 'close')]);
  console.log(told);
  expect(code, told.split('\n').findLast((line) => line.startsWith('soak')) ?? told).toBe(0);
});
