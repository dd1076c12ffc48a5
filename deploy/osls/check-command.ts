import { functionNamed, type Service } from '../../service/service.ts';
import type { Environment } from '../../shared/environment.ts';
import { missingSettings } from '../settings/missing-settings.ts';
import { wrongSettings } from '../settings/wrong-settings.ts';
import { COMMON_OPTIONS, CONDITIONS } from './commands.ts';
import type { CliOptions } from './osls.ts';

/**
 * Checks a command before it does anything.
 *
 * @throws Error naming everything that is missing or would stop a function that is deployed, or the options that osls
 * has for AWS and that mean nothing here
 */
export function checkCommand(
  command: string,
  { options, service, env }: { options: CliOptions; service: Service; env: Environment },
): void {
  const conditions = CONDITIONS[command];
  if (conditions === undefined) return;
  const known = [...COMMON_OPTIONS, ...conditions.options];
  const unknown = Object.keys(options).filter((name) => options[name] != null && !known.includes(name));
  if (unknown.length > 0) {
    const names = (options: readonly string[]) => options.map((name) => `--${name}`).join(', ');
    throw new Error(`osls ${command}: expected no options but ${names(known)}, got ${names(unknown)}`);
  }
  const missing = missingSettings(conditions.needs, service.required, env);
  if (missing.length > 0) {
    throw new Error(
      `osls ${command} needs ${missing.join(', ')}: set what is missing in the environment, or in .env.${service.stage}`,
    );
  }
  if (conditions.needs !== 'settings and credentials') return;
  const only = options['function'];
  const wrong = wrongSettings(
    only == null ? service.functions : [functionNamed(service, only)],
    service.rules,
  );
  if (wrong.length > 0) throw new Error(['These functions could not run:', ...wrong].join('\n'));
}
