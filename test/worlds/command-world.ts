import { onTestFinished } from 'vitest';
import type { CloudCommand } from '../../deploy/osls/cloud-command.ts';
import { openDeployer } from '../../deploy/osls/open-deployer.ts';
import type { CliOptions } from '../../deploy/osls/osls.ts';
import { startScf } from '../../emulators/scf-api/start-scf.ts';
import { samplePackages, sampleService } from './cloud-sample.ts';

/** An account, and commands as osls would run them there, whose words are kept. */
export async function commandWorld() {
  const account = await startScf({ roles: ['jobwatch'], invoke: async (name, event) => ({ name, event }) });
  onTestFinished(() => account.close());
  account.settle({ reads: 0 });
  const shown = { stdout: '', stderr: '' };
  const say = (text: string) => {
    shown.stderr += `${text}\n`;
  };
  const out = {
    log: { info: () => undefined, notice: say, success: say, warning: say },
    writeText(text: string | readonly string[]) {
      shown.stdout += `${[text].flat().join('\n')}\n`;
    },
    progress: { get: () => ({ update: () => undefined, remove: () => undefined }) },
  };
  const env = {
    TENCENTCLOUD_SECRET_ID: account.credentials.secretId,
    TENCENTCLOUD_SECRET_KEY: account.credentials.secretKey,
    TENCENTCLOUD_ENDPOINT: `http://127.0.0.1:${account.port}`,
  };
  const service = sampleService();
  const packages = samplePackages(service);
  const command = (options: CliOptions = {}, changes: Partial<CloudCommand> = {}): CloudCommand => {
    const deployer = openDeployer(account.region, env, out);
    return { service, packages, options, out, deployer, ...changes };
  };
  return { account, service, shown, command };
}
