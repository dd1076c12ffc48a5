import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { readService } from '../../service/read-service.ts';
import { ServiceError } from '../../service/service-error.ts';

export const VALID = `service: jobwatch
configValidationMode: error
provider:
  name: tencent
  region: ap-guangzhou
  runtime: Nodejs20.19
functions:
  describe:
    handler: index.main_handler
    memorySize: 128
    timeout: 30
    environment:
      CI_BUCKETS: media-1250000000@ap-guangzhou
    events:
      - url:
          routes:
            - GET /jobs/{ids}
`;

export const URL_EVENT = `      - url:
          routes:
            - GET /jobs/{ids}
`;

/** From line 15 on, in place of the URL. */
export const TIMER_EVENTS = `      - timer:
          name: every-ten-seconds
          cron: '*/10 * * * * * *'
      - timer:
          name: daily
          cron: '0 0 3 * * * *'
          enabled: false
          argument: all
`;

/** Hands over a file with this text, which is gone afterwards. */
export function withServiceFile<T>(text: string, use: (file: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'jobwatch-service-'));
  try {
    const file = path.join(folder, 'serverless.yml');
    writeFileSync(file, text);
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads a file with this text. */
export function read(text: string, env: Record<string, string> = {}) {
  return withServiceFile(text, (file) => readService(file, env));
}

/** Reads the valid file with one part replaced. */
export const readWith = (part: string, replacement: string, env: Record<string, string> = {}) => {
  expect(VALID).toContain(part);
  return read(VALID.replace(part, replacement), env);
};

export function refusalOf(reading: () => unknown): ServiceError {
  try {
    reading();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}
