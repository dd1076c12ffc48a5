import { randomUUID } from 'node:crypto';
import { functionsActive } from './checks/functions-active.ts';
import { healthOf } from './checks/health.ts';
import { type Door, strangersRefused } from './checks/strangers-refused.ts';
import type { DeployedFunctions } from './deployed-functions.ts';
import { type Check, type Finding, skipped } from './finding.ts';

/** Of what a deployment made. An API that was opened on purpose is not asked whether it is closed. */
export function deployedChecks(deployed: DeployedFunctions, isOpen: boolean): Check[] {
  const knock = (door: Omit<Door, 'url'>) =>
    answering(deployed, door.name, (url, signal) => strangersRefused({ ...door, url }, signal));
  return [
    { about: 'functions', run: () => functionsActive(deployed) },
    answering(deployed, 'describe', (url, signal) =>
      healthOf(
        { about: `describe at ${url.host}`, url, remedy: 'Deploy again, and look at its log.' },
        signal,
      ),
    ),
    ...(isOpen
      ? []
      : [
          knock({ name: 'describe', method: 'GET', path: '/jobs', expected: 401 }),
          knock({ name: 'submit', method: 'POST', path: '/jobs', expected: 401 }),
        ]),
    // The token of nobody.
    knock({ name: 'callback', method: 'POST', path: `/callbacks/${randomUUID()}`, expected: 404 }),
  ];
}

/** A check of a function that answers over HTTP, once it is deployed. */
function answering(
  deployed: DeployedFunctions,
  name: string,
  look: (url: URL, signal: AbortSignal) => Promise<Finding>,
): Check {
  return {
    about: name,
    async run(signal) {
      // Why they are not known, another check says.
      const functions = await deployed().catch(() => undefined);
      if (functions === undefined) return skipped(`${name}: where it answers is not known`);
      const url = functions.get(name)?.url;
      return url === undefined ? skipped(`${name}: not deployed yet`) : await look(new URL(url), signal);
    },
  };
}
