import type { Environment } from '../../shared/environment.ts';

type Groups = readonly (readonly string[])[];

/** Of whoever deploys, under the names of Tencent's command-line tools. */
const CREDENTIALS: Groups = [['TENCENTCLOUD_SECRET_ID'], ['TENCENTCLOUD_SECRET_KEY']];
/** What policies are about: without them they would be those of an example. */
const BUCKETS = ['CI_BUCKETS', 'RULES_BUCKET'];

/** What a command must find in the environment. */
export type Needs = 'nothing' | 'buckets' | 'credentials' | 'settings and credentials';

/**
 * All that is missing, named at once; of each group one is enough. An empty value counts as not set.
 *
 * @param required the groups that a deployment of this service asks for
 */
export function missingSettings(needs: Needs, required: Groups, env: Environment): string[] {
  return groupsOf(needs, required)
    .filter((names) => !names.some((name) => env[name]))
    .map((names) => names.join(' or '));
}

function groupsOf(needs: Needs, required: Groups): Groups {
  switch (needs) {
    case 'nothing':
      return [];
    case 'buckets':
      return required.filter((names) => names.some((name) => BUCKETS.includes(name)));
    case 'credentials':
      return CREDENTIALS;
    case 'settings and credentials':
      return [...required, ...CREDENTIALS];
  }
}
