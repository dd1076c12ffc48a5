import type { Service } from '../../service/service.ts';
import { readConfig } from '../../shared/config.ts';
import type { Environment } from '../../shared/environment.ts';
import { readWebhooks } from '../../shared/notify/read-webhooks.ts';
import { apiEndpointOf } from '../settings/api-endpoint.ts';
import { credentialsOf } from '../settings/credentials.ts';
import { missingSettings } from '../settings/missing-settings.ts';
import { databaseReady } from './checks/database-ready.ts';
import { webhookAnswers } from './checks/webhook-answers.ts';
import { cloudChecks } from './cloud-checks.ts';
import { deployedChecks } from './deployed-checks.ts';
import { deployedFunctions } from './deployed-functions.ts';
import { type Check, wrong } from './finding.ts';
import { localChecks } from './local-checks.ts';

export interface Doctor {
  readonly env: Environment;
  readonly service: Service;
  /** unix milliseconds */
  readonly now: () => number;
}

/**
 * What there is to look at: the cloud with credentials, the local stack without.
 *
 * @throws ConfigError when a variable has a wrong value; Error when `TENCENTCLOUD_ENDPOINT` has
 */
export function chooseChecks(doctor: Doctor): { about: string; checks: Check[] } {
  const { env, service } = doctor;
  if (missingSettings('credentials', [], env).length > 0) {
    return {
      about: 'Without TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY: the stack on this machine.',
      checks: localChecks(env),
    };
  }
  const about = `${service.name}, stage ${service.stage}, region ${service.region}.`;
  const missing = missingSettings('settings and credentials', service.required, env);
  if (missing.length > 0) return { about, checks: [settings(missing, service.stage)] };
  const { ciEndpoint, cosEndpoint, access } = readConfig(env);
  const cloud = {
    credentials: credentialsOf(env),
    ciEndpoint,
    cosEndpoint,
    apiEndpoint: apiEndpointOf(env),
    now: doctor.now,
  };
  return {
    about,
    checks: [
      ...cloudChecks(cloud, service),
      ...databases(env['DATABASE_URL'], service),
      ...deployedChecks(deployedFunctions(cloud, service), access.open),
      ...readWebhooks(env).endpoints.map((webhook) => ({
        about: `webhook ${webhook.name}`,
        run: (signal: AbortSignal) => webhookAnswers(webhook, signal),
      })),
    ],
  };
}

/** Without them there is nothing to look for. */
function settings(missing: readonly string[], stage: string): Check {
  const finding = wrong(
    `settings: ${missing.join(', ')} not set`,
    `Set them in the environment, or in .env.${stage}: docs/deploy.md tells what they are.`,
  );
  return { about: 'settings', run: async () => finding };
}

/** A database that is not set is told among the settings, unless a service asks for none. */
function databases(url: string | undefined, { vpc }: Service): Check[] {
  if (!url) return [];
  return [{ about: 'database', run: (signal) => databaseReady({ url, inVpc: vpc !== undefined }, signal) }];
}
