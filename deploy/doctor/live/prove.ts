import { ApiProblem } from '../../../client/client.ts';
import { reasonOf } from '../finding.ts';
import { tryUnknownId, tryWrongSignature } from './ask-wrongly.ts';
import type { Deployment } from './deployment.ts';
import { followClip, keyFor, type TriedRule, trySweep } from './follow-clip.ts';
import { type GuessName, notSeen, type Trial } from './guess.ts';
import { tryCompression, tryDescriptions, tryPage, tryPreview } from './look-at-answers.ts';
import { removeObject } from './objects.ts';
import { SECOND_OF_VIDEO } from './second-of-video.ts';

/** What a trial is about to do, for who has to agree. */
export interface Intended {
  readonly rule: TriedRule;
  readonly key: string;
  readonly bytes: number;
}

/** @throws Error when there is no rule to try */
export async function intend({ api, cloud }: Deployment, name: string | undefined): Promise<Intended> {
  const { body } = await api.listRules({});
  const rule = body.Rules.find(({ Name, Paused }) => (name === undefined ? !Paused : Name === name));
  if (rule === undefined) {
    const names = body.Rules.map(({ Name }) => Name).join(', ') || 'none';
    throw new Error(
      `--rule: expected a rule that is not paused, got ${name ?? 'no name'}; there are: ${names}`,
    );
  }
  return { rule, key: keyFor(rule, cloud.now()), bytes: SECOND_OF_VIDEO.length };
}

/** Puts every guess to the proof; what one cannot show stops no other. */
export async function prove(deployment: Deployment, { rule, key }: Intended): Promise<Trial[]> {
  const { trials, left, jobId } = await followClip(deployment, rule, key).catch((error: unknown) => ({
    trials: [notSeen('event', reasonOf(error))],
    left: [],
    jobId: undefined,
  }));
  const others = [
    await tried('sweep', async () => await trySweep(deployment)),
    await tried('preview', async () => await tryPreview(deployment, jobId)),
    await tried('page', async () => await tryPage(deployment)),
    await tried('compression', async () => await tryCompression(deployment)),
    await tried('unknown id', async () => await tryUnknownId(deployment, rule)),
    await tried('wrong signature', async () => await tryWrongSignature(deployment, rule)),
    await tried('trigger descriptions', async () => await tryDescriptions(deployment)),
    notSeen('time zone', 'every timer ticks several times a minute: none names an hour'),
  ];
  for (const place of left) {
    deployment.count();
    await removeObject(deployment.cloud, place).catch(() => false);
  }
  return [...trials, ...others];
}

async function tried(guess: GuessName, trial: () => Promise<Trial>): Promise<Trial> {
  try {
    return await trial();
  } catch (error) {
    return notSeen(guess, error instanceof ApiProblem ? error.problem.code : reasonOf(error));
  }
}
