import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const FOLDER = '.github/workflows';
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(`${FOLDER}/${name}`, 'utf8'),
}));

it('a push runs what decides whether a change lands', () => {
  expect(workflows.find(({ name }) => name === 'ci.yml')?.text).toContain('bash .ci/run');
});

it.each(workflows)('$name runs no action but by its commit, and may write nothing', ({ text }) => {
  const actions = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);
  expect(actions.length).toBeGreaterThan(0);
  for (const action of actions) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
  expect(text).not.toMatch(/\$\{\{[^}]*(?:github\.event|head_ref)[^}]*\}\}/);
});
