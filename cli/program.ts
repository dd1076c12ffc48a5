import tab from '@bomb.sh/tab/commander';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type Cli, openCli } from './context.ts';
import { CliError, EXIT, type ExitCode } from './exit-codes.ts';
import type { GlobalOptions } from './settings.ts';
import { languageOf, translate } from './text.ts';
import { backfill } from './verbs/backfill.ts';
import { runBeside } from './verbs/beside.ts';
import { serveConsole } from './verbs/console.ts';
import { cancel, describe, open, wait } from './verbs/jobs.ts';
import { list, watch } from './verbs/list.ts';
import { listen } from './verbs/listen.ts';
import { endpoints, overview, rules } from './verbs/overview.ts';
import { retry } from './verbs/retry.ts';
import { submit } from './verbs/submit.ts';

/** Runs one command line; resolves with its exit code. @param version of package.json */
export async function runProgram(args: readonly string[], version: string): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  const program = makeProgram(version, async (options, verb) => {
    exit = await verb(openCli(options, interrupt.signal));
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    return tell(error, interrupt.signal.aborted, args.includes('--json'));
  } finally {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

/** A failure is told on stderr; with `--json` on stdout as well, so that a script has something to read. */
function tell(error: unknown, isInterrupted: boolean, json: boolean): ExitCode {
  if (isInterrupted) {
    process.stderr.write(`${translate(languageOf(process.env))('interrupted')}\n`);
    return EXIT.interrupted;
  }
  // Commander has told it already, and help is no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const exit = error instanceof CliError ? error.exit : EXIT.other;
  const message = error instanceof Error ? error.message : String(error);
  if (json) process.stdout.write(`${JSON.stringify({ Error: { exit, message, ...problemOf(error) } })}\n`);
  process.stderr.write(`jobwatch: ${message}\n`);
  return exit;
}

function problemOf(error: unknown): object {
  return error instanceof CliError && error.problem !== undefined ? { problem: error.problem } : {};
}

/** Programs of their own, in files beside this one that are read when they are asked for. */
const BESIDE = [
  ['doctor', 'looks at what a deployment needs and what it made; --live proves it'],
  ['emulator', 'Cloud Infinite + COS alone on this machine; --help tells more'],
] as const;

type Run = (options: GlobalOptions, verb: (cli: Cli) => Promise<ExitCode>) => Promise<void>;

export function makeProgram(version: string, run: Run): Command {
  const program = new Command('jobwatch')
    .description('Submits, queries and keeps watch over media jobs of Tencent Cloud Infinite')
    .version(version, '--version')
    .exitOverride()
    .showHelpAfterError('(jobwatch help <verb> tells more)');
  const verb = (usage: string, description: string) =>
    withGlobals(program.command(usage).description(description).exitOverride());
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals();

  verb('submit <key-or-file>', 'makes an animated image of a clip; a file is uploaded first')
    .addOption(new Option('--format <format>', 'of the image').choices(['gif', 'webp']).default('gif'))
    .option('--width <pixels>')
    .option('--fps <number>')
    .option('--start <seconds>')
    .option('--duration <seconds>')
    .option('--template <id>', 'a template of CI instead of parameters')
    .addOption(
      new Option('--rule <name>', "that rule's job and output instead of parameters").conflicts([
        'width',
        'fps',
        'start',
        'duration',
        'template',
      ]),
    )
    .option('--output <key>', 'where the image goes; default: beside the clip, or as the rule says')
    .option('--key <key>', 'an Idempotency-Key of your own')
    .option('--wait', 'until it has ended, with its exit code')
    .action(
      async (what, options, command) => await run(globals(command), (cli) => submit(cli, what, options)),
    );
  verb('describe <ids...>', 'what CI says of jobs now')
    .option('--xml', 'as CI writes it')
    .action(
      async (ids, options, command) => await run(globals(command), (cli) => describe(cli, ids, options)),
    );
  verb('wait <ids...>', 'until all have ended; the exit code says how')
    .option('--fail-fast', 'until the first that did not end Success')
    .option('--any', 'until the first has ended')
    .action(async (ids, options, command) => await run(globals(command), (cli) => wait(cli, ids, options)));
  filtered(verb('list', 'watched jobs, the newest first'))
    .addOption(new Option('--limit <number>', 'at most so many').default('50').argParser(wholeNumber))
    .option('--all', 'all of them')
    .action(async (options, command) => await run(globals(command), (cli) => list(cli, options)));
  filtered(verb('watch', 'the same, again and again')).action(
    async (options, command) => await run(globals(command), (cli) => watch(cli, options)),
  );
  verb('cancel <ids...>', 'cancels jobs').action(
    async (ids, _options, command) => await run(globals(command), (cli) => cancel(cli, ids)),
  );
  filtered(verb('retry [ids...]', 'submits again what failed: jobs by their ids, or all that match'))
    .option('--dry-run', 'counts, and orders nothing')
    .action(
      async (ids, options, command) => await run(globals(command), (cli) => retry(cli, ids, ownOf(options))),
    );
  verb('backfill', 'submits what lay in the bucket before its rule, each version once')
    .requiredOption('--rule <name>', 'which rule')
    .option('--prefix <prefix>', 'only what begins so, below the prefix of the rule')
    .option('--since <time>', 'only what was written since: in RFC 3339, or how long ago: 24h')
    .option('--until <time>', 'and until')
    .option('--dry-run', 'counts, and submits nothing')
    .option('--cancel', 'ends the one that is under way')
    .action(async (options, command) => await run(globals(command), (cli) => backfill(cli, options)));
  verb('open <id>', 'the address of what a job made, good for some minutes')
    .option('-o, --output <file>', 'fetches it into a file')
    .action(async (id, options, command) => await run(globals(command), (cli) => open(cli, id, options)));
  verb('listen', 'events from now on')
    .option('--forward-to <url>', 'posts them there, signed as deliver signs')
    .option('--types <types>', 'of these types alone, comma separated')
    .option('--secret <secret>', 'whsec_…; default: one of its own, told once')
    .action(async (options, command) => await run(globals(command), (cli) => listen(cli, options)));
  verb('overview', 'how everything stands')
    .addOption(new Option('--window <window>').choices(['1h', '24h', '7d', '30d']).default('24h'))
    .action(async ({ window }, command) => await run(globals(command), (cli) => overview(cli, window)));
  verb('rules', 'the rules, and what each is doing').action(
    async (_options, command) => await run(globals(command), rules),
  );
  verb('endpoints', 'who is told of events, and how that goes').action(
    async (_options, command) => await run(globals(command), endpoints),
  );
  verb('console', 'the console on this machine, before the API at --url')
    .option('--port <number>', 'of 127.0.0.1; 0: any free one', '3001')
    .action(
      async ({ port }, command) => await run(globals(command), (cli) => serveConsole(cli, Number(port))),
    );
  for (const [name, description] of BESIDE) {
    program
      .command(name)
      .description(description)
      .helpOption(false)
      .allowUnknownOption()
      .argument('[arguments...]')
      .action(async (args) => await runBeside(name, args));
  }
  program
    .command('version')
    .description('prints the version')
    .action(() => void process.stdout.write(`${version}\n`));
  program
    .command('completion')
    .description('a script that completes command lines, to be loaded by the shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish', 'powershell']))
    .action(async (shell) => {
      await program.parseAsync(['complete', shell], { from: 'user' });
    });
  tab(program);
  return program;
}

function withGlobals(command: Command): Command {
  return command
    .option('--json', 'results as JSON, one line each')
    .option('--url <address>', 'of the API; default: JOBWATCH_URL, a configuration, http://127.0.0.1:3000')
    .option('--token-file <file>', 'that only you may read; default: JOBWATCH_TOKEN')
    .option('--token-stdin', 'reads the token from stdin')
    .option('--bucket <bucket>')
    .option('--region <region>')
    .option('--quiet', 'results alone')
    .option('--no-color')
    .option('--timeout <time>', 'how long jobs are waited for, such as 30s, 10m or 2h; default: 10m');
}

function filtered(command: Command): Command {
  return command
    .option('--open', 'what has not ended')
    .option('--state <states>')
    .option('--outcome <outcomes>', 'Success, Failed, Cancel, Missing')
    .option('--rule <name>')
    .option('--code <codes>', "CI's codes of what failed")
    .option('--input <prefix>', "how the clip's key begins")
    .option('--intent <id>')
    .option('--since <time>', 'in RFC 3339, or how long ago: 24h');
}

function wholeNumber(text: string): string {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('expected a number from 1 to 9999999');
  return text;
}

/** The filters alone: what every verb takes is none. */
function ownOf(options: Record<string, unknown>): Record<string, never> {
  const own = ['open', 'state', 'outcome', 'rule', 'code', 'input', 'intent', 'since', 'dryRun'];
  return Object.fromEntries(Object.entries(options).filter(([name]) => own.includes(name))) as Record<
    string,
    never
  >;
}
