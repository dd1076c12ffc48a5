/** Runs functions until it is killed: one frozen after an event, one in an endless loop. Prints their process ids. */
import path from 'node:path';
import { startRuntime } from '../../../emulators/scf/start-runtime.ts';

const [distDir = ''] = process.argv.slice(2);
const settings = {
  handler: 'index.main_handler',
  description: '',
  memorySize: 128,
  timeout: 600,
  environment: {},
  routes: [],
  timers: [],
  objectTriggers: [],
  asyncTrigger: { retryNum: 0, msgTTL: 60 },
};
const runtime = await startRuntime({
  port: 0,
  service: {
    name: 'abandoned',
    region: 'ap-guangzhou',
    runtime: 'Nodejs20.19',
    rules: [],
    functions: ['frozen', 'spinning'].map((name) => ({ name, ...settings })),
  },
  distDir: path.resolve(distDir),
  credentials: { secretId: 'id', secretKey: 'key' },
  log: (entry) => entry.kind === 'line' && console.log(entry.text),
});
await runtime.invoke('frozen', {});
await runtime.invoke('spinning', {});
