import type { Environment } from '../../shared/environment.ts';
import { healthOf } from './checks/health.ts';
import { localCloud } from './checks/local-cloud.ts';
import { type Check, reasonOf, wrong } from './finding.ts';

const START = 'Start it: npm start (PORT and CI_PORT say where).';

/** Of the stack that `npm start` runs. */
export function localChecks(env: Environment): Check[] {
  const url = new URL(`http://127.0.0.1:${env['PORT'] || '3000'}`);
  const cloud = new URL(`http://127.0.0.1:${env['CI_PORT'] || '9000'}`);
  return [
    started(`local functions at ${url.host}`, (about, signal) =>
      healthOf({ about, url, remedy: START }, signal),
    ),
    started(`local Cloud Infinite at ${cloud.host}`, (_, signal) => localCloud(cloud, signal)),
  ];
}

function started(
  about: string,
  run: (about: string, signal: AbortSignal) => ReturnType<Check['run']>,
): Check {
  return {
    about,
    run: (signal) => run(about, signal).catch((error) => wrong(`${about}: ${reasonOf(error)}`, START)),
  };
}
