import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../world/world.ts';
import type { Violation } from './violation.ts';

/** Nothing secret is ever logged, by any part. */
export async function checkSecrets(world: World): Promise<Violation[]> {
  const { secrets, databaseUrl, objects, logs, folder } = world;
  const named: Record<string, string> = {
    'the SecretKey': secrets.secretKey,
    'the API token': secrets.apiToken,
    'the callback token': secrets.callbackToken,
    'the password of the database': new URL(databaseUrl).password,
  };
  for (const [name, secret] of Object.entries(secrets.webhooks)) {
    named[`the secret of endpoint ${name}`] = secret.replace('whsec_', '');
  }
  const signatures = new Set(objects.signatures);
  const violations: Violation[] = [];
  const files = [...(await readdir(logs)).map((name) => join(logs, name)), join(folder, 'postgres.log')];
  for (const file of files) {
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    for (const [name, secret] of Object.entries(named)) {
      const line = lines.find((one) => one.includes(secret));
      if (line !== undefined) violations.push(logged(file, name, line.replaceAll(secret, '…')));
    }
    const signed = lines.find((line) =>
      (line.match(/\b[0-9a-f]{40}\b/g) ?? []).some((word) => signatures.has(word)),
    );
    if (signed !== undefined) violations.push(logged(file, "an uploader's signature", signed));
  }
  return violations;
}

function logged(file: string, name: string, line: string): Violation {
  return { promise: 'nothing secret is logged', detail: `${file} has ${name}: ${line.slice(0, 300)}` };
}
