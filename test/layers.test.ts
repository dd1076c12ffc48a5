import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

interface Room {
  /** what may stand there */
  readonly holds: string;
  /** rooms that it may use beside packages and itself */
  readonly uses: readonly string[];
}

/** What serves every room above shared/ci: plain values, no store and no trigger. */
const PLAIN = ['shared/ci', 'shared'];
const BELOW_SWEEP = ['shared/watch', 'shared/throttle', 'shared/store', ...PLAIN];
const BELOW_SUBMIT = ['shared/sweep', 'shared/rules', ...BELOW_SWEEP];
const BELOW_HTTP = [
  'shared/acts',
  'shared/submit',
  'shared/objects',
  'shared/notify',
  'shared/scf',
  ...BELOW_SUBMIT,
];

/** The rooms of the house, from the ground up. */
const HOUSE: Readonly<Record<string, Room>> = {
  'shared/ci': { holds: 'the language of Cloud Infinite; no store, no trigger, no environment', uses: [] },
  shared: { holds: 'config, log, clock: they may name the types of shared/ci', uses: ['shared/ci'] },
  'shared/store': { holds: 'PostgreSQL; knows of no watch', uses: PLAIN },
  'shared/acts': { holds: 'who did what', uses: ['shared/store', ...PLAIN] },
  'shared/throttle': { holds: 'how often CI may be asked, and by whom', uses: ['shared/store', ...PLAIN] },
  'shared/watch': {
    holds: 'what is known of a job; asks CI for nobody but who was told of it',
    uses: ['shared/throttle', 'shared/store', ...PLAIN],
  },
  'shared/rules': { holds: 'what a rule is and catches: pure', uses: PLAIN },
  'shared/sweep': { holds: 'due, claimed, read, settled', uses: BELOW_SWEEP },
  'shared/submit': { holds: 'one decision becomes one job', uses: BELOW_SUBMIT },
  'shared/objects': { holds: 'what a new object means', uses: ['shared/submit', ...BELOW_SUBMIT] },
  'shared/notify': {
    holds: 'events and deliveries; asks CI nothing',
    uses: ['shared/words', ...BELOW_SWEEP],
  },
  'shared/scf': { holds: 'the platform: events and contexts in, answers out', uses: BELOW_SWEEP },
  'shared/http': { holds: 'requests, answers, problems, routes', uses: BELOW_HTTP },
  functions: { holds: 'one file per cloud function', uses: ['shared/http', ...BELOW_HTTP] },
  service: {
    holds: 'serverless.yml as plain values; a rule is checked by what reads it afterwards',
    uses: ['shared/rules', ...PLAIN],
  },
  'shared/words': { holds: 'states, codes and remedies in English and Chinese', uses: [] },
  client: { holds: 'the typed client of the API; fetch and nothing else', uses: [] },
  'client/generate': { holds: 'makes its types', uses: [] },
  web: { holds: 'the console: a page that knows the API alone', uses: ['client', 'shared/words'] },
  cli: {
    holds: 'npx jobwatch: the API in a terminal',
    uses: ['client', 'shared/words', 'shared/rules', 'shared/ci'],
  },
  // The judges share no code with what they judge.
  emulators: {
    holds: 'what every program of this machine needs: its folder for itself, no process left behind',
    uses: [],
  },
  'emulators/ci': { holds: 'Cloud Infinite and COS', uses: ['emulators'] },
  'emulators/scf': { holds: 'the function runtime', uses: ['service', 'emulators'] },
  'emulators/scf-api': { holds: 'the API that deploys', uses: ['service'] },
  'local/receiver': { holds: 'a receiver of events, written by other people’s packages', uses: [] },
  'deploy/build': {
    holds: 'bundles, zips, and the API’s document',
    uses: ['service', 'shared/http', 'shared/rules', 'shared/store', ...PLAIN],
  },
  'deploy/settings': {
    holds: 'what an operator sets, read as the functions read it',
    uses: ['service', 'shared/notify', 'shared/rules', ...PLAIN],
  },
  'deploy/cloud/api': {
    holds: 'the cloud’s API, its errors, what they mean',
    uses: ['service', 'shared/ci'],
  },
  'deploy/cloud/state': { holds: 'what is there', uses: ['deploy/cloud/api', 'service'] },
  'deploy/cloud/plan': {
    holds: 'what is to be, and the steps to it',
    uses: ['deploy/cloud/state', 'deploy/cloud/api', 'deploy/build', 'service'],
  },
  'deploy/cloud/apply': {
    holds: 'takes the steps',
    uses: ['deploy/cloud/plan', 'deploy/cloud/state', 'deploy/cloud/api', 'service'],
  },
  'deploy/cloud/look': {
    holds: 'logs, calls, addresses; writes nothing',
    uses: ['deploy/cloud/plan', 'deploy/cloud/state', 'deploy/cloud/api', 'service'],
  },
  'deploy/cloud': {
    holds: 'a deployment as its commands see it',
    uses: [
      'deploy/cloud/apply',
      'deploy/cloud/look',
      'deploy/cloud/plan',
      'deploy/cloud/state',
      'deploy/cloud/api',
      'service',
      'shared/ci',
    ],
  },
  'deploy/policies': { holds: 'what everybody may do', uses: ['service', 'shared/rules', ...PLAIN] },
  'deploy/osls': {
    holds: 'the commands of npx osls; one runs a function on this machine',
    uses: [
      'deploy/build',
      'deploy/cloud',
      'deploy/cloud/api',
      'deploy/cloud/look',
      'deploy/policies',
      'deploy/settings',
      'emulators/scf',
      'service',
      ...PLAIN,
    ],
  },
  'deploy/doctor': {
    holds: 'what is missing; looks at everything and changes nothing, but for --live, which is asked for',
    uses: [
      'client',
      'deploy/cloud',
      'deploy/cloud/api',
      'deploy/cloud/look',
      'deploy/policies',
      'deploy/settings',
      'service',
      'shared/notify',
      'shared/rules',
      'shared/store',
      ...PLAIN,
    ],
  },
  local: {
    holds: 'npm start: puts the others together',
    uses: [
      'local/receiver',
      'emulators',
      'emulators/ci',
      'emulators/scf',
      'deploy/build',
      'deploy/settings',
      'service',
      ...PLAIN,
    ],
  },
};

const ROOMS = Object.keys(HOUSE).sort((a, b) => b.length - a.length);

function roomOf(file: string): string {
  return ROOMS.find((room) => file.startsWith(`${room}/`)) ?? 'outside the house';
}

const files = [
  'functions',
  'shared',
  'service',
  'emulators',
  'deploy',
  'local',
  'client',
  'web',
  'cli',
].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => path.join(folder, name)),
);

/** Of each file, those that it imports, for their types too. */
const graph = new Map(
  files.map((file) => [
    file,
    [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) =>
      path.join(path.dirname(file), target),
    ),
  ]),
);

/** The files on a circle that `file` lies on; empty when it lies on none. */
function circleOf(file: string): string[] {
  const came = new Map<string, string>();
  const waiting = [file];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    for (const target of graph.get(at) ?? []) {
      if (target === file) {
        const circle = [file];
        for (let back: string | undefined = at; back !== undefined && back !== file; back = came.get(back))
          circle.push(back);
        return circle;
      }
      if (!came.has(target)) {
        came.set(target, at);
        waiting.push(target);
      }
    }
  }
  return [];
}

describe('arrows point down only', () => {
  it('the imports are found', () => {
    expect([...graph.values()].flat().length).toBeGreaterThan(1000);
  });

  it.each(Object.entries(HOUSE))('%s uses only what lies below it', (room, { uses }) => {
    const wrong = files
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => (graph.get(file) ?? []).map((target) => ({ file, target })))
      .filter(({ target }) => ![room, ...uses].includes(roomOf(target)));
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(HOUSE))('nothing that %s uses uses it', (room, { uses }) => {
    expect(uses.filter((other) => HOUSE[other]?.uses.includes(room))).toEqual([]);
  });

  it('no file imports what imports it, by however many others', () => {
    expect(files.map(circleOf).filter((circle) => circle.length > 0)).toEqual([]);
  });

  it('no source lies outside the rooms', () => {
    expect(files.filter((file) => roomOf(file) === 'outside the house')).toEqual([]);
  });
});

it('no source asks URL.canParse, which Node 20 answers wrongly once it is hot', () => {
  expect(files.filter((file) => /(?<!`)URL\.canParse\(/.test(readFileSync(file, 'utf8')))).toEqual([]);
});

describe('only the edges know the machine', () => {
  const inside = files.filter((file) => file.startsWith('shared/'));

  it.each([
    ['the environment', /process\.env/],
    ['the wall clock', /Date\.now\(\)|new Date\(\)/],
    ['chance', /Math\.random\(\)/],
  ])('shared takes %s as a parameter', (_, pattern) => {
    expect(inside.filter((file) => pattern.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
