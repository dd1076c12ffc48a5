import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SOURCES = [
  ...['cli', 'client', 'deploy', 'emulators', 'functions', 'local', 'service', 'shared', 'web'],
  ...['package.json', 'serverless.yml', 'tsconfig.json', 'docs'],
];
/** Loaded into every process: whoever connects to another machine, or asks for its address, stops at once. */
const OFFLINE = `
const net = require('node:net');
const dns = require('node:dns');
const { connect } = net.Socket.prototype;
const { lookup } = dns;
const here = ['127.0.0.1', 'localhost'];
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  if (first?.path === undefined && !here.includes(first?.host)) {
    console.error('connects to', first);
    process.exit(99);
  }
  return connect.apply(this, args);
};
dns.lookup = (host, ...rest) => {
  if (here.includes(host)) return lookup(host, ...rest);
  console.error('looks up', host);
  process.exit(99);
};
`;

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Tree {
  /** A copy of the sources, as after a clone and `npm ci`. */
  readonly dir: string;
  /** `npx osls …` there, with nothing in its environment but what is given, and no way to another machine. */
  osls(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  remove(): Promise<void>;
}

export async function copyTree(): Promise<Tree> {
  const above = await mkdtemp(path.join(tmpdir(), 'jobwatch-osls-'));
  const dir = path.join(above, 'jobwatch');
  await mkdir(dir);
  for (const name of SOURCES) await cp(path.join(ROOT, name), path.join(dir, name), { recursive: true });
  await symlink(path.join(ROOT, 'node_modules'), path.join(dir, 'node_modules'));
  const home = path.join(above, 'home');
  await mkdir(home);
  const offline = path.join(above, 'offline.cjs');
  await writeFile(offline, OFFLINE);
  const bare = { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1', NODE_OPTIONS: `--require=${offline}` };
  return {
    dir,
    osls: (args, env = {}) =>
      new Promise((resolve) => {
        const osls = path.join(dir, 'node_modules/.bin/osls');
        const child = execFile(osls, args, { cwd: dir, env: { ...bare, ...env } }, (_, stdout, stderr) =>
          resolve({ code: child.exitCode ?? -1, stdout, stderr }),
        );
      }),
    remove: () => rm(above, { recursive: true, force: true }),
  };
}
