import * as v from 'valibot';
import { checkInput } from '../ci/check-input.ts';
import { InvalidField } from '../ci/invalid-field.ts';
import { MAX_KEY_BYTES } from '../ci/object-write.ts';
import { xmlFromJson } from '../ci/xml/from-json.ts';
import { CI_PLACEHOLDERS, OUR_PLACEHOLDERS } from './output-key.ts';
import { requestOf } from './request-of.ts';
import type { Rule } from './rule.ts';

/** A retried job is paid for again each time. */
const MAX_RETRIES = 5;

const PLACEHOLDERS: readonly string[] = [...OUR_PLACEHOLDERS, ...CI_PLACEHOLDERS];

/** Where the end of a value and what follows, or its beginning and what is before, could make a placeholder for CI. */
const JOINT = /\$\$\{|\$\{\w+\}\{|\$\{(?:file|name)\}(?:\$\{etag\})?\$\{(?:file|name|dir)\}/;

/** YAML 1.2 reads `on` as text. */
const flag = v.optional(
  v.pipe(
    v.union([v.boolean(), v.picklist(['on', 'off'])], 'on or off'),
    v.transform((value) => value === true || value === 'on'),
  ),
  false,
);

const bucketName = v.pipe(
  v.string('a bucket'),
  v.regex(/^[a-z0-9][a-z0-9-]{0,49}-\d{1,20}$/, 'a bucket such as media-1250000000'),
);
const whole = v.pipe(v.number('a whole number'), v.integer('a whole number'), v.minValue(1, 'at least 1'));

const schema = v.strictObject({
  name: v.pipe(
    v.string('a name'),
    v.regex(/^[a-z][a-z0-9-]{0,59}$/, 'a name of small letters, digits and -'),
  ),
  bucket: bucketName,
  region: v.optional(v.string('a region')),
  prefix: v.optional(
    v.pipe(v.string('a prefix'), v.regex(/^(?!\/)/, 'a prefix that does not begin with /')),
    '',
  ),
  suffixes: v.pipe(
    v.array(
      v.pipe(v.string('an ending'), v.regex(/^\.[^/]+$/, 'an ending such as .mp4')),
      'a list of endings',
    ),
    v.minLength(1, 'at least one ending'),
  ),
  maxBytes: v.optional(whole),
  job: v.strictObject({
    Tag: v.optional(v.string('a kind of job')),
    TemplateId: v.optional(v.string('a template')),
    Animation: v.optional(v.looseObject({}, 'the parameters of an animation')),
    JobLevel: v.optional(v.union([v.string(), v.number()])),
    QueueId: v.optional(v.string('a queue')),
  }),
  output: v.strictObject({
    bucket: v.optional(bucketName),
    region: v.optional(v.string('a region')),
    object: v.pipe(
      v.string('a key'),
      v.check(
        (key) => key !== '' && !key.startsWith('/') && Buffer.byteLength(key) <= MAX_KEY_BYTES,
        'a key',
      ),
      v.check(
        (key) =>
          [...key.matchAll(/\$\{([^}]*)(\}?)/g)].every(
            ([, name = '', closed]) => closed !== '' && PLACEHOLDERS.includes(name),
          ),
        `a key with no placeholders but ${PLACEHOLDERS.map((name) => `\${${name}}`).join(', ')}`,
      ),
      v.check(
        (key) => !JOINT.test(key),
        'a key with no $ before a placeholder, no { behind one, and no two names side by side',
      ),
    ),
  }),
  paused: flag,
  maxJobsPerHour: v.optional(whole),
  retries: v.optional(
    v.strictObject({
      codes: v.pipe(v.array(v.string('a code'), 'a list of codes'), v.minLength(1, 'at least one code')),
      attempts: v.optional(v.pipe(whole, v.maxValue(MAX_RETRIES, `at most ${MAX_RETRIES}`)), 1),
    }),
  ),
  reconcile: flag,
  overlaps: flag,
  sharedOutput: flag,
});

/**
 * Reads one rule.
 *
 * @param region where the bucket and the output are unless the rule says so
 * @throws InvalidField, naming the field by its path in the rule: also for job parameters that are outside the
 * documented limits
 */
export function parseRule(value: unknown, region: string): Rule {
  const read = checkInput(schema, value);
  if (!read.ok) {
    const [{ path, reason }] = read.faults;
    throw new InvalidField(path.join('.') || 'rule', reason);
  }
  const given = read.output;
  if ((given.job.TemplateId === undefined) === (given.job.Animation === undefined)) {
    throw new InvalidField(
      'job',
      'either TemplateId or Animation',
      given.job.TemplateId === undefined ? 'neither' : 'both',
    );
  }
  const rule: Rule = {
    name: given.name,
    bucket: given.bucket,
    region: given.region ?? region,
    prefix: given.prefix,
    suffixes: given.suffixes,
    maxBytes: given.maxBytes,
    job: xmlFromJson(given.job, 'job'),
    output: {
      bucket: given.output.bucket ?? given.bucket,
      region: given.output.region ?? given.region ?? region,
      object: given.output.object,
    },
    paused: given.paused,
    maxJobsPerHour: given.maxJobsPerHour,
    retries: given.retries,
    reconcile: given.reconcile,
    overlaps: given.overlaps,
    sharedOutput: given.sharedOutput,
  };
  checkJob(rule);
  return rule;
}

/** Makes the request of some object, so that its parameters are checked as those of any submission. */
function checkJob(rule: Rule): void {
  try {
    requestOf(rule, { key: `${rule.prefix}a${rule.suffixes[0]}`, etag: '0' });
  } catch (error) {
    if (!(error instanceof InvalidField)) throw error;
    throw new InvalidField(
      error.field.replace(/^Operation\[0\]/, 'job').replace(/^(Tag|QueueId)$/, 'job.$1'),
      error.reason,
    );
  }
}
