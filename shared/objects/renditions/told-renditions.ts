import type { Sql } from '../../store/store.ts';
import type { Outcome } from '../../watch/transition.ts';
import { fits, type ObjectSet, resultOf } from './set.ts';

/** One rendition as it stands, for who is told of it. */
export interface ToldRendition {
  readonly Name: string;
  /** of the job that made what lies there; '' while none has ended */
  readonly Outcome: Outcome;
  readonly JobId: string;
  readonly Bucket: string;
  readonly Region: string;
  readonly Object: string;
  readonly Bytes: number | null;
  readonly Width: number | null;
  readonly Height: number | null;
  readonly Tries: number;
  /** null without a limit, or without a size */
  readonly Fits: boolean | null;
}

export function toldRenditions({ renditions }: Pick<ObjectSet, 'renditions'>): ToldRendition[] {
  return renditions.map((rendition) => {
    const result = resultOf(rendition);
    return {
      Name: rendition.name,
      Outcome: result?.Outcome ?? '',
      JobId: result?.JobId ?? '',
      Bucket: rendition.bucket,
      Region: rendition.region,
      Object: result?.Key ?? '',
      Bytes: result?.Bytes ?? null,
      Width: result?.Width ?? null,
      Height: result?.Height ?? null,
      Tries: rendition.tries.length,
      Fits: fits(rendition),
    };
  });
}

/** The name of the one with the fewest bytes; of several the first in the order of the rule. */
export function smallestOf(renditions: readonly ToldRendition[]): string | null {
  const made = renditions.filter(({ Outcome, Bytes }) => Outcome === 'Success' && Bytes !== null);
  return made.sort((a, b) => (a.Bytes ?? 0) - (b.Bytes ?? 0))[0]?.Name ?? null;
}

/** What was made of the object's version that this job belongs to; nothing of jobs that stand by themselves. */
export async function renditionsBeside(
  sql: Sql,
  jobId: string,
): Promise<{ Renditions: ToldRendition[]; Smallest: string | null }> {
  const [set] = await sql<Pick<ObjectSet, 'renditions'>[]>`
    select renditions from object_sets where id = (select set_id from watches where job_id = ${jobId})`;
  const Renditions = set === undefined ? [] : toldRenditions(set);
  return { Renditions, Smallest: smallestOf(Renditions) };
}
