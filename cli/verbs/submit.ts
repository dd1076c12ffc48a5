import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Answered, Asked } from '../../client/client.ts';
import { outputKey } from '../../shared/rules/output-key.ts';
import type { Cli } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit-codes.ts';
import { wait } from './jobs.ts';

export interface SubmitOptions {
  readonly format: string;
  readonly width?: string;
  readonly fps?: string;
  readonly start?: string;
  readonly duration?: string;
  readonly template?: string;
  readonly rule?: string;
  readonly output?: string;
  readonly key?: string;
  readonly wait?: boolean;
}

type JobBody = NonNullable<Asked<'createJobs'>['body']>;

/** A clip that lies in the bucket, or a file, which is uploaded first. The id of its job is all that goes to stdout. */
export async function submit(cli: Cli, what: string, options: SubmitOptions): Promise<ExitCode> {
  const { api, terminal, t } = cli;
  const { rule, bucket, region } = await placeOf(cli, options.rule);
  const content = existsSync(what) ? await readFile(what) : undefined;
  const input = content === undefined ? what : await upload(cli, path.basename(what), content);
  const body =
    options.rule === undefined
      ? jobOf(
          input,
          { Region: region, Bucket: bucket, Object: options.output ?? besideOf(input, options) },
          options,
        )
      : jobOfRule(cli, rule, { input, content, output: options.output });
  // The same clip asked for alike is the same job, however often a command is killed and begun again.
  const key =
    options.key ??
    createHash('sha256')
      .update(content ?? '')
      .update(JSON.stringify(body))
      .digest('hex');
  const query = options.rule === undefined && cli.options.bucket === undefined ? {} : { bucket, region };
  const answer = await cli.ask(() => api.createJobs({ body, query, header: { 'Idempotency-Key': key } }));
  const ids = answer.body.JobsDetail.map(({ JobId }) => JobId);
  if (cli.options.json && !options.wait) terminal.printJson(answer.body);
  else if (!cli.options.json) for (const id of ids) terminal.print(id);
  if (!options.wait) return EXIT.ok;
  for (const id of ids) terminal.note(t('submitted', { id }));
  return await wait(quietly(cli), ids, {});
}

/** The id is the result: what becomes of the job is told to who looks. */
function quietly(cli: Cli): Cli {
  if (cli.options.json) return cli;
  return { ...cli, terminal: { ...cli.terminal, print: cli.terminal.note } };
}

type Rule = Answered<'listRules'>['body']['Rules'][number];

interface Place {
  readonly rule?: Rule;
  readonly bucket: string;
  readonly region: string;
}

/** Where clips lie: as the flags say, else as the rule with that name, or the first one, does. */
async function placeOf({ api, ask, options, t }: Cli, name: string | undefined): Promise<Place> {
  const { bucket, region } = options;
  if (name === undefined && bucket !== undefined && region !== undefined) return { bucket, region };
  const { body } = await ask(() => api.listRules({}));
  if (name !== undefined && !body.Rules.some(({ Name }) => Name === name)) {
    const names = body.Rules.map(({ Name }) => Name).join(', ');
    throw new CliError(EXIT.usage, t('noRule', { name, names }));
  }
  const [rule] = body.Rules.filter(
    ({ Name, Bucket }) => (name ?? Name) === Name && (bucket === undefined || Bucket === bucket),
  );
  if (rule === undefined) throw new CliError(EXIT.usage, t('noBucket'));
  return { rule, bucket: rule.Bucket, region: rule.Region };
}

/** @returns the key under which it lies */
async function upload(
  { api, ask, terminal, t, signal }: Cli,
  name: string,
  content: Buffer,
): Promise<string> {
  const md5 = createHash('md5').update(content).digest('hex');
  const { body } = await ask(() =>
    api.createUpload({ body: { Name: name, Bytes: content.byteLength, Md5: md5 } }),
  );
  terminal.note(t('uploading', { name, size: `${Math.ceil(content.byteLength / 1024)} KB` }));
  const put = await ask(() =>
    fetch(body.Url, { method: 'PUT', headers: body.Headers, body: new Uint8Array(content), signal }),
  );
  // Its key has its content in it: what lies there already is this file.
  if (!put.ok && put.status !== 409) throw new CliError(EXIT.other, `PUT ${body.Key}: ${put.status}`);
  return body.Key;
}

function besideOf(input: string, { format }: SubmitOptions): string {
  return `${input.replace(/\.[^./]*$/, '')}.${format}`;
}

/** What the rule would ask for, were this an object that it catches. */
function jobOfRule(
  { t }: Cli,
  rule: Rule | undefined,
  clip: { readonly input: string; readonly content: Buffer | undefined; readonly output: string | undefined },
): JobBody {
  if (rule === undefined) throw new CliError(EXIT.usage, t('noBucket'));
  const { Tag = 'Animation', QueueId, ...operation } = rule.Job;
  const { Object: template, ...bucket } = rule.Output;
  if (clip.output === undefined && clip.content === undefined && template.includes('${etag}'))
    throw new CliError(EXIT.usage, t('needsOutput', { name: rule.Name, output: template }));
  // A clip that lies outside of the rule's prefix has no folder below it.
  const folder = clip.input.slice(0, clip.input.lastIndexOf('/') + 1);
  const prefix = clip.input.startsWith(rule.Prefix) ? rule.Prefix : folder;
  const etag = clip.content === undefined ? '' : createHash('md5').update(clip.content).digest('hex');
  const place = { prefix, suffixes: rule.Suffixes, output: { object: template } };
  const Output = { ...bucket, Object: clip.output ?? outputKey(place, { key: clip.input, etag }) };
  const given = { Tag, Input: { Object: clip.input }, Operation: { ...operation, Output } };
  return { ...given, ...(QueueId === undefined ? {} : { QueueId }) } as JobBody;
}

function jobOf(
  input: string,
  Output: { Region: string; Bucket: string; Object: string },
  options: SubmitOptions,
): JobBody {
  const { format, width, fps, start, duration, template } = options;
  const animation = {
    Container: { Format: format },
    Video: { Codec: format, ...(width ? { Width: width } : {}), ...(fps ? { Fps: fps } : {}) },
    ...(start || duration
      ? { TimeInterval: { ...(start ? { Start: start } : {}), ...(duration ? { Duration: duration } : {}) } }
      : {}),
  };
  const what = template === undefined ? { Animation: animation } : { TemplateId: template };
  return { Tag: 'Animation', Input: { Object: input }, Operation: { ...what, Output } } as JobBody;
}
