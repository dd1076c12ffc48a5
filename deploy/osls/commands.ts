import type { Needs } from '../settings/missing-settings.ts';

interface Option {
  readonly usage: string;
  readonly type: 'string' | 'boolean';
  readonly shortcut?: string;
}
interface Command {
  readonly usage?: string;
  readonly lifecycleEvents?: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  readonly commands?: Readonly<Record<string, Command>>;
}

/** osls has `--stage` for every provider, but `--region` for AWS only. */
const region: Option = { usage: 'Region of the service', shortcut: 'r', type: 'string' };

/** What we add to the commands that osls has, and the one that it has not. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  package: { options: { region } },
  print: { options: { region } },
  deploy: {
    options: {
      plan: { usage: 'Show what would change, and change nothing', type: 'boolean' },
      prune: { usage: 'Remove functions under names of the release before', type: 'boolean' },
      region,
    },
    commands: { function: { options: { region } } },
  },
  remove: { options: { yes: { usage: 'Do not ask', shortcut: 'y', type: 'boolean' }, region } },
  info: { options: { region } },
  logs: { options: { region } },
  invoke: { options: { region }, commands: { local: { options: { region } } } },
  policy: {
    usage: "Print the least that each function's role and the deployer need, as CAM policies in JSON",
    lifecycleEvents: ['policy'],
    options: { region },
  },
};

const EVENT_OPTIONS = ['function', 'path', 'data'];

/** What each command needs, and the options that mean something here: osls offers more, for AWS. */
export const CONDITIONS: Readonly<Record<string, { needs: Needs; options: readonly string[] }>> = {
  package: { needs: 'nothing', options: ['package'] },
  deploy: { needs: 'settings and credentials', options: ['plan', 'prune'] },
  'deploy function': { needs: 'settings and credentials', options: ['function'] },
  remove: { needs: 'credentials', options: ['yes'] },
  info: { needs: 'credentials', options: [] },
  logs: { needs: 'credentials', options: ['function', 'tail', 'startTime', 'interval'] },
  invoke: { needs: 'credentials', options: EVENT_OPTIONS },
  'invoke local': { needs: 'nothing', options: EVENT_OPTIONS },
  policy: { needs: 'buckets', options: [] },
};

/** Understood with every command. */
export const COMMON_OPTIONS: readonly string[] = ['config', 'stage', 'region', 'verbose', 'debug'];
