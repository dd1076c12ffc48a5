import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument, visit } from 'yaml';
import { bundle } from '../../../deploy/build/bundle.ts';
import { readService } from '../../../service/read-service.ts';
import type { Service } from '../../../service/service.ts';
import { ENDING, MAX_CLIP_BYTES, REGION, RETRIED_CODE, RULED_PLACES, type RuledPlace } from '../places.ts';

const SERVICE_FILE = fileURLToPath(new URL('../../../serverless.yml', import.meta.url));
/** Timers tick faster than in the cloud: a soak is short. */
const CRON = '*/2 * * * * * *';

export interface BuiltService {
  readonly file: string;
  readonly distDir: string;
  readonly service: Service;
}

/** serverless.yml as it is, with rules of the soak's own and faster timers, and the functions built from it. */
export async function makeService(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<BuiltService> {
  const document = parseDocument(readFileSync(SERVICE_FILE, 'utf8'));
  document.setIn(['custom', 'rules'], document.createNode(RULED_PLACES.map(ruleOf)));
  visit(document, {
    Pair(_, pair) {
      if (String(pair.key) === 'cron') pair.value = document.createNode(CRON);
    },
  });
  const file = path.join(folder, 'serverless.yml');
  await writeFile(file, document.toString());
  const service = readService(file, environment);
  const distDir = path.join(folder, 'dist');
  await bundle({ names: service.functions.map(({ name }) => name), outdir: distDir, rules: service.rules });
  return { file, distDir, service };
}

function ruleOf({ rule, bucket, prefix, output, format, retries }: RuledPlace): object {
  return {
    name: rule,
    ...{ bucket, region: REGION, prefix, suffixes: [ENDING], maxBytes: MAX_CLIP_BYTES, reconcile: 'on' },
    job: { Animation: { Container: { Format: format }, Video: { Codec: format, Width: 128, Fps: 5 } } },
    // A backslash keeps placeholders from being read as variables of the file.
    output: { object: output.replaceAll('${', '\\${') },
    ...(retries > 0 && { retries: { codes: [RETRIED_CODE], attempts: retries } }),
  };
}
