import { randomUUID } from 'node:crypto';
import { functionsActive } from './checks/functions-active.ts';
import { healthOf } from './checks/health.ts';
import { type ProtectedRoute, tokenRequired } from './checks/token-required.ts';
import type { DeployedFunctions } from './deployed-functions.ts';
import { type Check, type Finding, skipped } from './finding.ts';

/** Of what a deployment made. An API that was opened on purpose is not asked whether it is closed. */
export function deployedChecks(deployed: DeployedFunctions, isOpen: boolean): Check[] {
  const tokenCheck = (route: Omit<ProtectedRoute, 'url'>) =>
    answering(deployed, route.name, (url, signal) => tokenRequired({ ...route, url }, signal));
  return [
    { about: 'functions', run: () => functionsActive(deployed) },
    ...['api', 'describe'].map((name) =>
      answering(deployed, name, (url, signal) =>
        healthOf(
          { about: `${name} at ${url.host}`, url, remedy: 'Deploy again, and look at its log.' },
          signal,
        ),
      ),
    ),
    ...(isOpen
      ? []
      : [
          tokenCheck({ name: 'describe', method: 'GET', path: '/jobs', expected: 401 }),
          tokenCheck({ name: 'api', method: 'POST', path: '/jobs', expected: 401 }),
        ]),
    // A token that nobody was given.
    tokenCheck({ name: 'callback', method: 'POST', path: `/callbacks/${randomUUID()}`, expected: 404 }),
  ];
}

/** A check of a function that answers over HTTP, once it is deployed. */
function answering(
  deployed: DeployedFunctions,
  name: string,
  check: (url: URL, signal: AbortSignal) => Promise<Finding>,
): Check {
  return {
    about: name,
    async run(signal) {
      // The check of the functions tells why they are not known.
      const functions = await deployed().catch(() => undefined);
      if (functions === undefined) return skipped(`${name}: where it answers is not known`);
      const url = functions.get(name)?.url;
      return url === undefined ? skipped(`${name}: not deployed yet`) : await check(new URL(url), signal);
    },
  };
}
