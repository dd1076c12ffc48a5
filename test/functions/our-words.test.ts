import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseJobRequest } from '../../shared/ci/job-request.ts';
import { parseInput } from '../../shared/ci/parse-input.ts';
import { xmlFromJson } from '../../shared/ci/xml/from-json.ts';
import { readConfig, readStoreConfig } from '../../shared/config.ts';
import { addWatchesRoute } from '../../shared/http/routes/watches.ts';
import { readWebhooks } from '../../shared/notify/read-webhooks.ts';
import { parseRule } from '../../shared/rules/parse-rule.ts';
import { readCosEvent } from '../../shared/scf/cos-event.ts';
import { read } from '../worlds/valid-service.ts';
import { type Spoiled, spoil } from './spoiled.ts';

/** How valibot, JSON.parse, fast-xml-parser, yaml, croner and Node talk. */
const LIBRARY =
  /\bInvalid\b|\bExpected\b|but received|undefined|Unexpected|is not valid|JSON at|in JSON|\bstring\b|\bboolean\b|\bArray\b|\[object|NaN|CronPattern|Cannot read|\bnever\b|\/\^/;

const OUTPUT = { Region: 'ap-guangzhou', Bucket: 'media-1250000000', Object: 'gifs/a.gif' };
const ANIMATION = {
  Container: { Format: 'gif' },
  Video: { Codec: 'gif', Width: 320, Height: 240, Fps: 12, AnimateOnlyKeepKeyFrame: 'false', Quality: 50 },
  TimeInterval: { Start: 0, Duration: 10 },
};
const REQUEST = {
  Tag: 'Animation',
  Input: { Object: 'clips/a.mp4' },
  QueueId: 'p1',
  Operation: [{ Animation: ANIMATION, Output: OUTPUT, UserData: 'mine', JobLevel: 1 }],
};
const RULE = {
  name: 'clips-to-gif',
  bucket: 'media-1250000000',
  region: 'ap-guangzhou',
  prefix: 'clips/',
  suffixes: ['.mp4'],
  maxBytes: 1000,
  job: { Tag: 'Animation', Animation: ANIMATION, JobLevel: 1, QueueId: 'p1' },
  output: { bucket: 'media-1250000000', region: 'ap-guangzhou', object: 'gifs/${dir}${name}.${ext}' },
  paused: 'off',
  maxJobsPerHour: 10,
  retries: { codes: ['Timeout'], attempts: 2 },
  reconcile: 'on',
  overlaps: false,
};
const WEBHOOKS = [
  {
    name: 'shop',
    url: 'https://hooks.example/jobs',
    secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`],
    events: ['*'],
  },
];
const EVENT = {
  Records: [
    {
      cos: {
        cosObject: {
          url: 'https://a.example/clips/a.mp4',
          key: '/1/a/clips/a.mp4',
          size: 7,
          meta: { ETag: 'e' },
        },
        cosBucket: { name: 'media', appid: '1250000000', cosRegion: 'ap-guangzhou' },
      },
      event: {
        eventName: 'cos:ObjectCreated:Put',
        eventTime: 1,
        eventQueue: 'qcs:0:scf:ap-guangzhou:appid/1',
      },
    },
  ],
};
const ENVIRONMENT = { CI_BUCKETS: 'media-1250000000@ap-guangzhou' };
const FUNCTION = { handler: 'index.main_handler', memorySize: 128, timeout: 30 };
const SERVICE = {
  service: 'jobwatch',
  configValidationMode: 'error',
  useDotenv: true,
  plugins: ['./plugin.cjs'],
  provider: {
    name: 'tencent',
    stage: 'dev',
    region: 'ap-guangzhou',
    runtime: 'Nodejs20.19',
    role: 'jobwatch',
    vpc: { vpcId: 'vpc-1a2b3c4d', subnetId: 'subnet-1a2b3c4d' },
  },
  custom: {
    required: ['CI_BUCKETS'],
    domain: { name: 'jobs.example.com', certificateId: 'a1B2c3D4' },
    rules: [
      {
        name: 'a',
        bucket: RULE.bucket,
        suffixes: ['.mp4'],
        job: { TemplateId: 't' },
        output: { object: 'a' },
      },
    ],
  },
  functions: {
    describe: {
      ...FUNCTION,
      description: 'Asks',
      environment: ENVIRONMENT,
      events: [{ url: { routes: ['GET /jobs/{ids}'] } }],
    },
    'on-object': { ...FUNCTION, instances: 2, events: [{ cos: 'rules' }] },
    recheck: {
      ...FUNCTION,
      role: 'none',
      asyncTrigger: { retryNum: 0, msgTTL: 60 },
      events: [{ timer: { name: 'tick', cron: '*/10 * * * * * *', enabled: true, argument: 'all' } }],
    },
  },
};

function messageOf(reading: () => unknown): string | undefined {
  try {
    reading();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message;
  }
}

const serviceOf = (value: unknown) => read(stringify(value));

it.each<[string, Spoiled[], (value: unknown) => unknown, number]>([
  ['a job request', spoil(REQUEST), (value) => parseJobRequest(xmlFromJson(value)), 80],
  [
    'a watch request',
    spoil({ JobIds: ['j1'] }),
    (value) => parseInput(addWatchesRoute.body.schema, value),
    15,
  ],
  ['a rule', spoil(RULE), (value) => parseRule(value, 'ap-guangzhou'), 150],
  ['WEBHOOKS', spoil(WEBHOOKS), (value) => readWebhooks({ WEBHOOKS: JSON.stringify(value) }), 35],
  ['serverless.yml', spoil(SERVICE), serviceOf, 250],
])(
  '%s with anything missing, unknown or of another type is refused in our words',
  (_, all, parse, atLeast) => {
    const refused = all.flatMap(({ what, value }) => {
      const message = messageOf(() => parse(value));
      return message === undefined ? [] : [{ what, message: message.replace(/^\S+serverless\.yml:/, '') }];
    });
    expect(refused.length).toBeGreaterThan(atLeast);
    expect(refused.filter(({ message }) => LIBRARY.test(message))).toEqual([]);
  },
);

it('a record of an object event is refused in our words', () => {
  const reasons = spoil(EVENT).flatMap(({ what, value }) =>
    readCosEvent(value).flatMap((read) => ('reason' in read ? [{ what, reason: read.reason }] : [])),
  );
  expect(reasons.length).toBeGreaterThan(30);
  expect(reasons.filter(({ reason }) => LIBRARY.test(reason))).toEqual([]);
});

const VARIABLES = [
  ...['CI_BUCKETS', 'CI_ENDPOINT', 'COS_ENDPOINT', 'CI_TIMEOUT_MS', 'CI_MAX_RPS', 'DATABASE_URL', 'DISCOVER'],
  ...['API_TOKENS', 'API_AUTH', 'CORS_ORIGINS', 'CALLBACK_TOKEN', 'CALLBACK_URL', 'LOG_LEVEL'],
  ...['MISSING_GRACE_SECONDS', 'SUBMIT_SETTLE_SECONDS', 'STALL_AFTER_SECONDS', 'RETENTION_DAYS'],
];
it.each(VARIABLES)('%s is refused in our words and by the shape of what came alone', (name) => {
  const canary = 'canary value\n{"of": <a> secret%zz';
  const message = messageOf(() => readConfig({ ...ENVIRONMENT, [name]: canary }));
  expect(message).toMatch(new RegExp(`^${name}: expected .+, got text of ${canary.length} characters$`));
  expect(message).not.toMatch(LIBRARY);
  expect(message).not.toMatch(/canary|zz/);
});

it('nothing at all in the environment names what is required', () => {
  expect(messageOf(() => readConfig({}))).toMatch(/^CI_BUCKETS: required, /);
  expect(messageOf(() => readStoreConfig({ RETENTION_DAYS: '0' }))).toMatch(
    /^RETENTION_DAYS: expected whole days/,
  );
});

it.each([
  ['Tag', 'required, a kind of job such as Animation', { ...REQUEST, Tag: undefined }],
  ['Input', 'required, an object with Object, the key of the clip', { ...REQUEST, Input: undefined }],
  ['Input.Object', 'required, the key of the clip', { ...REQUEST, Input: {} }],
  ['Operation', 'required, an object or a list of objects', { ...REQUEST, Operation: undefined }],
  [
    'Operation[0].Output',
    'required, an object with Region, Bucket and Object',
    { ...REQUEST, Operation: { Animation: ANIMATION } },
  ],
  [
    'Operation[0].Animation.Container.Format',
    'required, gif, hgif or webp',
    { ...REQUEST, Operation: { Animation: { ...ANIMATION, Container: {} }, Output: OUTPUT } },
  ],
  ['Operation[0]', 'expected an object, got "x"', { ...REQUEST, Operation: 'x' }],
])('a job request: %s: %s', (field, reason, body) => {
  const given = xmlFromJson(JSON.parse(JSON.stringify(body)));
  expect(messageOf(() => parseJobRequest(given))).toBe(`${field}: ${reason}`);
});
