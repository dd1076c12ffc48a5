import { createInterface } from 'node:readline';
import { type CloudCommand, serviceLabel, throwIfLeft } from './cloud-command.ts';

/** Where somebody can be asked, if both are a terminal. */
interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** `remove`: on a terminal it shows what would go, and asks; elsewhere it wants `--yes`. */
export async function removeCommand(command: CloudCommand, terminal: Terminal = process): Promise<void> {
  const { deployer, options, out } = command;
  if (options['yes'] !== true && !(await isConfirmed(command, terminal))) {
    out.log.notice('Nothing was removed');
    return;
  }
  const { done, left, notes } = await deployer.remove(command);
  for (const line of [...done, ...notes]) out.log.notice(line);
  throwIfLeft(left);
  out.log.success(done.length === 0 ? 'There was nothing to remove' : `Removed ${serviceLabel(command)}`);
}

async function isConfirmed(command: CloudCommand, { stdin, stdout }: Terminal): Promise<boolean> {
  const label = serviceLabel(command);
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new Error(`expected --yes, since there is no terminal to ask whether to remove ${label}`);
  }
  const { account, steps, notes } = await command.deployer.planRemoval(command);
  command.out.writeText([
    `Removing ${label}, account ${account}:`,
    ...(steps.length === 0 ? ['  there is nothing to remove'] : steps.map((step) => `  ${step}`)),
    ...notes.map((note) => `  (${note})`),
  ]);
  return (
    steps.length > 0 && (await saysYes('Remove all this, and its addresses for ever? (y/N) ', stdin, stdout))
  );
}

async function saysYes(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<boolean> {
  const asking = createInterface({ input, output });
  const answer = await new Promise<string>((resolve) => {
    // Ctrl-C, Ctrl-D and the end of the input are no answer: the question alone would wait for ever.
    asking.once('close', () => resolve(''));
    asking.question(question, resolve);
  });
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
}
