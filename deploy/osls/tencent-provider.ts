import path from 'node:path';
import { readService } from '../../service/read-service.ts';
import { functionNamed, type Service } from '../../service/service.ts';
import { type Package, packageFunctions } from '../build/package-functions.ts';
import { policies } from '../policies/policies.ts';
import { credentialsOf } from '../settings/credentials.ts';
import { checkCommand } from './check-command.ts';
import type { CloudCommand } from './cloud-command.ts';
import { COMMANDS } from './commands.ts';
import { defineSchema } from './define-schema.ts';
import { deployCommand, planCommand } from './deploy-command.ts';
import { infoCommand } from './info-command.ts';
import { invokeCommand } from './invoke-command.ts';
import { invokeLocal } from './invoke-local.ts';
import { logsCommand } from './logs-command.ts';
import { openDeployer } from './open-deployer.ts';
import type { CliOptions, Osls, Writers } from './osls.ts';
import { packageLine } from './package-line.ts';
import { readEvent } from './read-event.ts';
import { readableError } from './readable-error.ts';
import { removeCommand } from './remove-command.ts';

type Hook = () => Promise<void>;

/** The provider `tencent` of osls: what each of its commands does with our service. */
export class TencentProvider {
  readonly provider = 'tencent';
  readonly commands = COMMANDS;
  readonly hooks: Readonly<Record<string, Hook>>;
  /** osls awaits this before it looks at the file itself: our errors, with their lines, come first. */
  readonly asyncInit: Hook;

  constructor(osls: Osls, options: CliOptions, out: Writers) {
    osls.setProvider('tencent', this);
    defineSchema(osls.configSchemaHandler);
    const { env } = process;
    let service: Service;
    let packages: readonly Package[] = [];

    const packageAll = async () => {
      const outdir = path.resolve(osls.serviceDir, textOf(options['package']) ?? '.serverless');
      packages = await packageFunctions(service, { outdir });
      for (const { name, file } of packages) osls.service.getFunction(name).package = { artifact: file };
      out.writeText(packages.map(packageLine));
    };
    const inCloud = (run: (command: CloudCommand) => Promise<void>) => async () => {
      const deployer = openDeployer(service.region, env, out);
      await run({ service, packages, deployer, options, out });
    };
    const invokeHere = async () => {
      const fn = functionNamed(service, options['function']);
      const given = { service, credentials: credentialsOf(env), say: out.log.notice };
      out.writeText(
        JSON.stringify(await invokeLocal(fn, await readEvent(options), given), null, 2) ?? 'null',
      );
    };

    const hooks: Record<string, Hook> = {
      initialize: async () => checkCommand(osls.processedInput.command, { options, service, env }),
      // Before: else osls zips everything, node_modules too.
      'before:package:createDeploymentArtifacts': packageAll,
      'deploy:deploy': inCloud((command) => (options['plan'] ? planCommand : deployCommand)(command)),
      'deploy:function:packageFunction': packageAll,
      'deploy:function:deploy': inCloud(deployCommand),
      'remove:remove': inCloud(removeCommand),
      'info:info': inCloud(infoCommand),
      'logs:logs': inCloud(logsCommand),
      'invoke:invoke': inCloud(invokeCommand),
      'invoke:local:invoke': invokeHere,
      'policy:policy': async () => out.writeText(JSON.stringify(policies(service), null, 2)),
    };
    const readable = (hook: Hook) => async () => {
      try {
        await hook();
      } catch (error) {
        throw readableError(error, osls);
      }
    };
    this.hooks = Object.fromEntries(Object.entries(hooks).map(([name, hook]) => [name, readable(hook)]));
    this.asyncInit = readable(async () => {
      const { isHelpRequest, commands } = osls.processedInput;
      if (isHelpRequest || commands[0] === 'plugin') return;
      const stage = textOf(options['stage']);
      const region = textOf(options['region']);
      service = readService(osls.configurationFilename, env, {
        ...(stage === undefined ? {} : { stage }),
        ...(region === undefined ? {} : { region }),
      });
      osls.extendConfiguration(['provider', 'stage'], service.stage);
      osls.extendConfiguration(['provider', 'region'], service.region);
    });
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
