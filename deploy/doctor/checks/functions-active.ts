import type { DeployedFunctions } from '../deployed-functions.ts';
import { type Finding, fine, skipped, wrong } from '../finding.ts';
import { apiRefused } from './refusals.ts';

/** Whether all functions are there and at work. */
export async function functionsActive(deployed: DeployedFunctions): Promise<Finding> {
  try {
    const functions = [...(await deployed()).values()];
    if (functions.every(({ status }) => status === 'absent')) return skipped('functions: not deployed yet');
    const others = functions.filter(({ status }) => status !== 'Active');
    if (others.length === 0) return fine(`functions: all ${functions.length} are active`);
    return wrong(
      `functions: ${others.map(({ cloudName, status }) => `${cloudName} is ${status}`).join(', ')}`,
      'Deploy again: it goes on where it stopped. A foreign function has the name of one of ours: remove or rename it.',
    );
  } catch (error) {
    return apiRefused(error, 'functions');
  }
}
