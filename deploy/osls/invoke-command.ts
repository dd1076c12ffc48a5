import type { CloudCommand } from './cloud-command.ts';
import { readEvent } from './read-event.ts';

/** `invoke`: what a deployed function returns, and to stderr what it logged. */
export async function invokeCommand({ service, deployer, options, out }: CloudCommand): Promise<void> {
  const name = String(options['function']);
  const answer = await deployer.invoke({ service }, name, await readEvent(options));
  out.log.notice(`${answer.log.trimEnd()}\n${answer.durationMs} ms, request ${answer.requestId}`.trimStart());
  if (answer.error !== undefined) {
    throw new Error(`${name}: ${answer.error} (request ${answer.requestId})`);
  }
  out.writeText(answer.result);
}
