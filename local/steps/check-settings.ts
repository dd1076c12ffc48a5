import { wrongSettings } from '../../deploy/settings/wrong-settings.ts';
import { readService } from '../../service/read-service.ts';
import type { Environment } from '../../shared/environment.ts';
import { StartError } from '../start-error.ts';

/** Stands for the database that is started when none is named. */
const SOME_DATABASE = 'postgres://127.0.0.1/jobwatch';

/**
 * Reads serverless.yml and every function's settings before anything is started, as the functions will.
 *
 * @throws StartError or ServiceError in one sentence
 */
export function checkSettings(file: string, environment: Environment): void {
  const service = readService(file, { DATABASE_URL: SOME_DATABASE, ...environment });
  const wrong = wrongSettings(service.functions, service.rules);
  if (wrong.length > 0) throw new StartError(`These functions could not run: ${wrong.join('; ')}`);
}
