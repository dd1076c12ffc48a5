// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of serverless.yml look like that
import { expect, test as it } from 'vitest';
import { readWith, refusalOf } from '../worlds/valid-service.ts';

const F = 'functions.describe';
it('an environment may have 4 KB of names and values in all and not one byte more', () => {
  const entry = 'CI_BUCKETS: media-1250000000@ap-guangzhou';
  const fits = 'é'.repeat((4096 - 'SOME_NAME1'.length) / 2);
  expect(readWith(entry, `SOME_NAME1: ${fits}`).functions[0]?.environment).toEqual({ SOME_NAME1: fits });
  const refusal = refusalOf(() => readWith(entry, `SOME_NAME1: ${fits}x`));
  expect(refusal).toMatchObject({ line: 12, field: `${F}.environment` });
  expect(refusal.message).toMatch(/at most 4096 bytes.*got 4097 bytes/);
});

it('an address that only the deployment knows has its room in the environment', () => {
  const entry = 'CI_BUCKETS: media-1250000000@ap-guangzhou';
  const withAddress = (bytes: number) => `CALLBACK_URL: ''\n      FILL: ${'x'.repeat(bytes - 'FILL'.length)}`;
  const room = 4096 - 'CALLBACK_URL'.length - 128;
  expect(readWith(entry, withAddress(room)).functions[0]?.declared).toEqual(['CALLBACK_URL', 'FILL']);
  const refusal = refusalOf(() => readWith(entry, withAddress(room + 1)));
  expect(refusal).toMatchObject({ line: 12, field: `${F}.environment` });
});

it('a wrong environment value is described and never shown', () => {
  const refusal = refusalOf(() => readWith('media-1250000000@ap-guangzhou', '[hush, hush]'));
  expect(refusal.message).toContain('expected text, got a list of 2');
  expect(refusal.message).not.toContain('hush');
});

const VALUE = 'media-1250000000@ap-guangzhou';
it.each([
  ['${env:NAME}', 'set'],
  ["${env:NAME, 'other'}", 'set'],
  ["${env:UNSET, 'other'}", 'other'],
  ['${env:UNSET, "other"}', 'other'],
  ["before-${env:NAME}-${env:UNSET, 'x'}", 'before-set-x'],
])('the variable %s stands for %s', (variable, value) => {
  expect(readWith(VALUE, variable, { NAME: 'set' }).functions[0]?.environment).toEqual({ CI_BUCKETS: value });
});

it('a variable that comes out empty counts as not set and is left out', () => {
  expect(readWith(VALUE, "${env:UNSET, ''}").functions[0]?.environment).toEqual({});
  expect(readWith(VALUE, "${env:NAME, 'x'}", { NAME: '' }).functions[0]?.environment).toEqual({});
});

it('a value that looks like a variable is not resolved again', () => {
  expect(readWith(VALUE, '${env:NAME}', { NAME: '${env:OTHER}' }).functions[0]?.environment).toEqual({
    CI_BUCKETS: '${env:OTHER}',
  });
});

it.each([
  ['${env:UNSET}', /UNSET to be set, since it has no default/],
  ['${self:custom.name}', /expected \$\{env:NAME\}.*got \$\{self:custom\.name\}/],
  ['${env:NAME, other}', /got \$\{env:NAME, other\}/],
  ['${env:A${env:B}}', /expected \$\{env:NAME\}/],
  ['${env:NAME', /expected \$\{env:NAME\}/],
])('the variable %s is refused with its line', (variable, message) => {
  const refusal = refusalOf(() => readWith(VALUE, `'${variable.replaceAll("'", "''")}'`, { NAME: 'x' }));
  expect(refusal).toMatchObject({ line: 13, field: `${F}.environment.CI_BUCKETS` });
  expect(refusal.message).toMatch(message);
});
