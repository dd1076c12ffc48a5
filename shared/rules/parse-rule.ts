import * as v from 'valibot';
import { checkInput } from '../ci/check-input.ts';
import { InvalidField } from '../ci/invalid-field.ts';
import { CHECKED_TAGS } from '../ci/job-request.ts';
import { MAX_KEY_BYTES } from '../ci/object-write.ts';
import { xmlFromJson } from '../ci/xml/from-json.ts';
import { isElement, type XmlElement } from '../ci/xml/xml-node.ts';
import { fitSchema } from './fit-schema.ts';
import { CI_PLACEHOLDERS, OUR_PLACEHOLDERS } from './output-key.ts';
import { requestOf, tagOf } from './request-of.ts';
import type { Rule } from './rule.ts';

/** A retried job is paid for again each time. */
const MAX_RETRIES = 5;
/** CI takes six operations in a request [doc]. */
const MAX_RENDITIONS = 6;
/** How frames are picked one by one. */
const SAMPLING = ['AnimateOnlyKeepKeyFrame', 'AnimateTimeIntervalOfFrame', 'AnimateFramesPerSecond'] as const;

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

/** A kind's node is passed on as it is written; those of Animation, Snapshot and Transcode are checked in depth. */
const job = v.looseObject({
  Tag: v.optional(v.string('a kind of job')),
  TemplateId: v.optional(v.string('a template')),
  JobLevel: v.optional(v.union([v.string(), v.number()])),
  QueueId: v.optional(v.string('a queue')),
});

const output = v.strictObject({
  bucket: v.optional(bucketName),
  region: v.optional(v.string('a region')),
  object: v.pipe(
    v.string('a key'),
    v.check((key) => key !== '' && !key.startsWith('/') && Buffer.byteLength(key) <= MAX_KEY_BYTES, 'a key'),
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
});

const rendition = v.strictObject({
  name: v.pipe(
    v.string('a name'),
    v.regex(/^[a-z][a-z0-9-]{0,19}$/, 'a name of up to 20 small letters, digits and -'),
  ),
  job,
  output,
  fit: v.optional(fitSchema),
});

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
  job: v.optional(job),
  output: v.optional(output),
  fit: v.optional(fitSchema),
  renditions: v.optional(
    v.pipe(
      v.array(rendition, 'a list of renditions'),
      v.minLength(1, 'at least one rendition'),
      v.maxLength(
        MAX_RENDITIONS,
        `at most ${MAX_RENDITIONS} renditions: CI takes six operations in a request`,
      ),
    ),
  ),
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
  const renditions = renditionsOf(given).map((one) => ({
    name: one.name,
    job: xmlFromJson(one.job, 'job'),
    output: {
      bucket: one.output.bucket ?? given.bucket,
      region: one.output.region ?? given.region ?? region,
      object: one.output.object,
    },
    fit: one.fit,
  }));
  const [{ job: firstJob, output: firstOutput } = fail('renditions', 'at least one', 'none')] = renditions;
  const rule: Rule = {
    name: given.name,
    bucket: given.bucket,
    region: given.region ?? region,
    prefix: given.prefix,
    suffixes: given.suffixes,
    maxBytes: given.maxBytes,
    job: firstJob,
    output: firstOutput,
    renditions,
    paused: given.paused,
    maxJobsPerHour: given.maxJobsPerHour,
    retries: given.retries,
    reconcile: given.reconcile,
    overlaps: given.overlaps,
    sharedOutput: given.sharedOutput,
  };
  checkRenditions(rule);
  checkJob(rule);
  return rule;
}

type Given = v.InferOutput<typeof schema>;
type GivenRendition = v.InferOutput<typeof rendition>;

/** `job` and `output` are the short form of one rendition without a name. @throws InvalidField */
function renditionsOf({ job, output, fit, renditions }: Given): GivenRendition[] {
  if (renditions !== undefined) {
    if (job !== undefined || output !== undefined || fit !== undefined)
      return fail('renditions', 'either renditions, or job and output', 'both');
    const names = renditions.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) return fail('renditions', 'renditions of different names', `${twice} twice`);
    return renditions;
  }
  if (job === undefined) return fail('job', 'an object', 'nothing');
  if (output === undefined) return fail('output', 'an object', 'nothing');
  return [{ name: '', job, output, ...(fit === undefined ? {} : { fit }) }];
}

function fail(field: string, expected: string, given: string): never {
  throw new InvalidField(field, expected, given);
}

/** All go out in one request, which has one Tag and one queue. @throws InvalidField */
function checkRenditions({ renditions }: Rule): void {
  const at = (index: number) => (renditions[0]?.name === '' ? 'job' : `renditions.${index}.job`);
  const [first] = renditions;
  for (const [index, { job, fit }] of renditions.entries()) {
    const tag = tagOf(job);
    const nodes = Object.keys(job).filter(
      (name) => !['Tag', 'TemplateId', 'JobLevel', 'QueueId'].includes(name),
    );
    const [node] = nodes;
    if ((job['TemplateId'] === undefined) === (node === undefined))
      fail(at(index), `either TemplateId or ${tag}`, node === undefined ? 'neither' : 'both');
    if (CHECKED_TAGS.includes(tag) && node !== undefined && (nodes.length > 1 || node !== tag))
      fail(at(index), `${tag} alone, the node of this Tag`, nodes.join(', '));
    for (const name of ['Tag', 'QueueId'] as const) {
      if (first !== undefined && (job[name] ?? '') !== (first.job[name] ?? ''))
        fail(
          `${at(index)}.${name}`,
          'the same in all renditions, which go out in one request',
          String(job[name]),
        );
    }
    const sampled = fit === undefined ? undefined : SAMPLING.find((name) => videoOf(job)[name] !== undefined);
    if (sampled !== undefined)
      fail(at(index), 'Fps alone with fit: of frames picked one by one it is the speed', sampled);
    if (fit !== undefined && (tag !== 'Animation' || job['TemplateId'] !== undefined))
      fail(at(index).replace(/job$/, 'fit'), 'an Animation with its parameters', tag);
  }
}

function videoOf(job: XmlElement): XmlElement {
  const animation = job['Animation'];
  const video = isElement(animation) ? animation['Video'] : undefined;
  return isElement(video) ? video : {};
}

/** Makes the request of some object, so that its parameters are checked as those of any submission. */
function checkJob(rule: Rule): void {
  const [first] = rule.renditions;
  try {
    requestOf(rule, { key: `${rule.prefix}a${rule.suffixes[0]}`, etag: '0' });
  } catch (error) {
    if (!(error instanceof InvalidField)) throw error;
    const field = error.field
      .replace(/^Operation\[(\d+)\]/, (_, index: string) =>
        first?.name === '' ? 'job' : `renditions.${index}.job`,
      )
      .replace(/job\.Output\.Object$/, 'output.object')
      .replace(/^(Tag|QueueId)$/, 'job.$1');
    throw new InvalidField(field, error.reason);
  }
}
