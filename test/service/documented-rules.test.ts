import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readService } from '../../service/read-service.ts';
import { checkRules } from '../../shared/rules/check-rules.ts';
import { outputKey } from '../../shared/rules/output-key.ts';
import { FUNCTIONS } from '../worlds/valid-rules.ts';
import { read } from '../worlds/valid-service.ts';

it('the rule that comes along tells all objects apart', () => {
  const { rules } = readService('serverless.yml', {});
  expect(checkRules(rules)).toEqual([]);
  const outputs = ['sample.mp4', 'sample.mov', 'sample.MP4', 'a/sample.mp4'].map((name) =>
    rules.map((rule) => outputKey(rule, { key: `clips/${name}`, etag: '' })),
  );
  expect(outputs).toEqual([
    ['gifs/sample.mp4.${ext}'],
    ['gifs/sample.mov.${ext}'],
    ['gifs/sample.MP4.${ext}'],
    ['gifs/a/sample.mp4.${ext}'],
  ]);
});

it.each(['docs/rules.md', 'docs/recipes.md', 'docs/zh/rules.md', 'docs/zh/recipes.md'])(
  'every example of %s is taken',
  (file) => {
    const examples = [...readFileSync(file, 'utf8').matchAll(/```yaml\n(custom:\n.*?)```/gs)];
    expect(examples.length).toBeGreaterThan(0);
    const provider = '{ name: tencent, region: ap-guangzhou, runtime: Nodejs20.19 }';
    for (const [, text = ''] of examples) {
      const service = `service: jobwatch\nconfigValidationMode: error\nprovider: ${provider}\n${text}${FUNCTIONS}`;
      expect(read(service).rules.length).toBeGreaterThan(0);
    }
  },
);
