import { type CloudCommand, serviceLabel, throwIfLeft } from './cloud-command.ts';

/** `deploy`, and `deploy function` with `--function`. Says what was done, and where the functions answer. */
export async function deployCommand(command: CloudCommand): Promise<void> {
  const { service, packages, deployer, options, out } = command;
  const only = options['function'] == null ? undefined : String(options['function']);
  out.log.notice(`Deploying ${only === undefined ? '' : `${only} of `}${serviceLabel(command)}`);
  const { done, left, notes, urls } = await deployer.deploy(
    { service, packages },
    only === undefined ? { prune: options['prune'] === true } : { only },
  );
  for (const line of [...done, ...notes]) out.log.notice(line);
  throwIfLeft(left);
  out.log.success(done.length === 0 ? 'Nothing had to change' : `Deployed ${serviceLabel(command)}`);
  const lines = Object.entries(urls).map(([name, url]) => `${name.padEnd(12)} ${url}`);
  if (lines.length > 0) out.writeText(lines);
}

/** `deploy --plan`: what would change. */
export async function planCommand(command: CloudCommand): Promise<void> {
  const { service, packages, deployer, options, out } = command;
  const wish = { prune: options['prune'] === true };
  const { account, steps, refusals, notes } = await deployer.plan({ service, packages }, wish);
  out.writeText([
    `Plan for ${serviceLabel(command)}, account ${account}:`,
    ...refusals.map(({ message, remedy }) => `  refused: ${message}. ${remedy}`),
    ...(steps.length === 0 ? ['  nothing would change'] : steps.map((step) => `  ${step}`)),
    ...notes.map((note) => `  (${note})`),
  ]);
}
