import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { type Place, readService } from '../../service/read-service.ts';
import { resolveVariables } from '../../service/resolve-variables.ts';
import type { Service } from '../../service/service.ts';
import type { Environment } from '../../shared/environment.ts';
import { stageEnvironment } from '../settings/stage-environment.ts';

const DEFAULT_STAGE = 'dev';

/**
 * The service of a folder with the settings of its stage, as deploying reads both.
 *
 * @param place what the command line says
 * @param env what is set in the shell
 * @throws ServiceError at the first thing wrong in serverless.yml
 */
export function loadService(
  folder: string,
  place: Place,
  env: Environment,
): { service: Service; env: Environment } {
  const file = path.join(folder, 'serverless.yml');
  const settings = stageEnvironment(folder, place.stage ?? stageOf(file, env), env);
  return { service: readService(file, settings, place), env: settings };
}

/** The file's own stage, which says where the settings are; so only the shell can say more of it. */
function stageOf(file: string, env: Environment): string {
  const stage = parseDocument(readFileSync(file, 'utf8')).getIn(['provider', 'stage']);
  return typeof stage === 'string' ? resolveVariables(stage, env) : DEFAULT_STAGE;
}
