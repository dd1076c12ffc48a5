import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeProgram } from '../../cli/program.ts';
import { COMMANDS } from '../../deploy/osls/commands.ts';
import { ROUTES } from '../../shared/http/routes/routes.ts';

/*
 * Every command in a document is one that there is: a script of package.json, a verb of `npx jobwatch` with its flags, a
 * command of `npx osls`, a route. Those that need what is not here say so above their block: `<!-- needs the cloud -->`.
 */

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const documents = ['.', 'docs', 'docs/zh', 'bench'].flatMap((folder) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.md'))
        .map((name) => path.join(folder, name))
    : [],
);
const BLOCK = /^(?:<!-- (needs[^>]*) -->\n)?```(?:sh|bash)\n([\s\S]*?)^```/gm;
/** Of every machine. */
const PLAIN = new Set([
  'cat',
  'cd',
  'cp',
  'export',
  'ls',
  'mkdir',
  'openssl',
  'kill',
  'head',
  'set',
  'sudo',
  'git',
]);
const ASSIGNMENT = /^[A-Z_]+=('[^']*'|"[^"]*"|\S*) */;

/** The commands of a block: without prompts, answers, comments and what a here-document holds. */
function commandsIn(block: string): string[] {
  const hasPrompts = /^\$ /m.test(block);
  const lines = block.replace(/(<<(\w+)\n)[\s\S]*?^\2$/gm, '$1').split('\n');
  const commands: string[] = [];
  let open = '';
  for (const line of lines) {
    if (open === '' && hasPrompts && !line.startsWith('$ ')) continue;
    open += `${open === '' ? '' : '\n'}${line.replace(/^\$ /, '')}`;
    if ((open.match(/'/g)?.length ?? 0) % 2 === 1 || open.endsWith('\\')) continue;
    commands.push(open);
    open = '';
  }
  return commands
    .map((command) =>
      command
        .replace(/\\\n\s*/g, ' ')
        .replace(/(^|\s)#(?![/\w]).*$/gm, '')
        .trim(),
    )
    .flatMap((command) => (command.includes("'") ? [command] : command.split(/ (?:&&|\||;) /)))
    .map((command) => command.replace(/^\(|\)$|&$/g, '').trim())
    .filter((command) => command !== '');
}

/** What is wrong with a command; undefined when it is one that there is. */
function faultOf(command: string): string | undefined {
  let text = command;
  while (ASSIGNMENT.test(text)) text = text.replace(ASSIGNMENT, '');
  const [program = '', first = '', ...rest] = text.split(/\s+/);
  if (text === '' || PLAIN.has(program)) return undefined;
  if (program === 'curl') return faultOfRequest(text);
  if (program === 'npm') return faultOfNpm([first, ...rest]);
  if (program === 'node') return existsSync(first) ? undefined : `no file ${first}`;
  if (program === 'bash') return existsSync(first) ? undefined : `no file ${first}`;
  if (program !== 'npx') return `an unknown program, ${program}`;
  if (first === 'tsx') return existsSync(rest[0] ?? '') ? undefined : `no file ${rest[0]}`;
  if (first === 'vitest') return rest[0] === 'run' ? undefined : 'not vitest run';
  if (first === 'osls') return (rest[0] ?? '') in COMMANDS ? undefined : `no command ${rest[0]}`;
  if (first === 'jobwatch') return faultOfVerb(words(text).slice(2));
  return `an unknown package, ${first}`;
}

function faultOfNpm([verb = '', ...args]: string[]): string | undefined {
  if (['ci', 'pack', 'install'].includes(verb)) return undefined;
  if (verb === '--prefix') return existsSync(args[0] ?? '') ? undefined : `no folder ${args[0]}`;
  const script = verb === 'run' ? (args.find((arg) => !arg.startsWith('-')) ?? '') : verb;
  return script in scripts ? undefined : `no script ${script}`;
}

const words = (text: string) =>
  [...text.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );

/** Read by the command line's own parser, which does nothing then. */
function faultOfVerb(args: string[]): string | undefined {
  const program = makeProgram('0', async () => undefined);
  const [verb = ''] = args;
  const known = program.commands.find((one) => one.name() === verb);
  if (known === undefined) return `no verb ${verb}`;
  const flags = args.filter((arg) => /^--?[a-z]/.test(arg)).map((arg) => arg.split('=')[0]);
  const has = (flag: string | undefined) =>
    [...known.options, ...program.options].some(({ long, short }) => long === flag || short === flag);
  const unknown = flags.find((flag) => !has(flag));
  return unknown === undefined || ['doctor', 'emulator'].includes(verb) ? undefined : `no flag ${unknown}`;
}

function faultOfRequest(text: string): string | undefined {
  const method = /-X (\w+)/.exec(text)?.[1] ?? (/ (?:-d|--data)/.test(text) ? 'POST' : 'GET');
  const url = words(text).find((word) => /^(https?:|\$)/.test(word)) ?? '';
  if (url.startsWith('$C')) return undefined; // the control of the local cloud: its own tests know it
  const where = url.replace(/^https?:\/\/[^/]+|^\$\w+/, '').split('?')[0] || '/';
  const isRoute = ROUTES.some(
    (route) =>
      route.method === method &&
      new RegExp(`^${route.path.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(
        decodeURIComponent(where).replace(/…/g, 'x'),
      ),
  );
  return isRoute ? undefined : `no route ${method} ${where}`;
}

it.each(documents)('every command of %s is one that there is, or says what it needs', (file) => {
  const blocks = [...readFileSync(file, 'utf8').matchAll(BLOCK)];
  const commands = blocks
    .filter(([, needs]) => needs === undefined)
    .flatMap(([, , block = '']) => commandsIn(block));
  const faults = commands.flatMap((command) => {
    const fault = faultOf(command);
    return fault === undefined ? [] : [`${command}: ${fault}`];
  });
  expect(faults).toEqual([]);
});

it('the judge of commands tells right from wrong', () => {
  expect(faultOf('npm run nothing')).toBe('no script nothing');
  expect(faultOf('npx jobwatch list --everything')).toBe('no flag --everything');
  expect(faultOf('npx jobwatch lists')).toBe('no verb lists');
  expect(faultOf('npx osls destroy')).toBe('no command destroy');
  expect(faultOf('curl -X DELETE http://127.0.0.1:3000/jobs')).toBe('no route DELETE /jobs');
  expect(faultOf('curl http://127.0.0.1:3000/jobs/j1')).toBeUndefined();
  expect(commandsIn('$ npm ci && npm start\nanswer\n')).toEqual(['npm ci', 'npm start']);
});
