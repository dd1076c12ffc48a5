import { expect } from 'vitest';
import { read, refusalOf } from './valid-service.ts';

/** Every field on a line of its own, from line 9 on. */
export const CLIPS = `    - name: clips-to-gif
      bucket: media-1250000000
      prefix: clips/
      suffixes: [.mp4, .mov]
      maxBytes: 1000000
      job:
        Animation:
          Container:
            Format: gif
          Video:
            Codec: gif
            Width: 320
            Fps: 12
        JobLevel: 1
      output:
        object: gifs/\\\${dir}\\\${file}.\\\${ext}
      maxJobsPerHour: 1000
      retries:
        codes: [Timeout]
        attempts: 2
      reconcile: on
`;
export const HEAD = `service: jobwatch
configValidationMode: error
provider:
  name: tencent
  region: ap-guangzhou
  runtime: Nodejs20.19
custom:
  rules:
`;
export const FUNCTIONS = `functions:
  on-object:
    handler: index.main_handler
    memorySize: 128
    timeout: 60
    events:
      - cos: rules
`;

/** Reads a service with these rules. */
export const readRules = (...rules: string[]) => read(`${HEAD}${rules.join('')}${FUNCTIONS}`);

/** The valid rule with one part replaced. */
export function clips(part: string, replacement: string): string {
  expect(CLIPS).toContain(part);
  return CLIPS.replace(part, () => replacement);
}

export const refusalOfRules = (...rules: string[]) => refusalOf(() => readRules(...rules));
