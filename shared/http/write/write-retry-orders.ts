import type * as v from 'valibot';
import { noteAct } from '../../acts/note-act.ts';
import { InvalidField, show } from '../../ci/invalid-field.ts';
import { orderRetries } from '../../objects/order-retries.ts';
import { RETRIED_OUTCOMES, type Wanted } from '../../objects/select-failed.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { actorOf } from '../actor-of.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { Problem } from '../problem.ts';
import { orderRetriesRoute } from '../routes/retries.ts';
import type { retryFilter } from '../routes/retry-filter.ts';

export function writeRetryOrders({ store }: Instance): Handler[] {
  return [
    storeHandler(orderRetriesRoute, store, async ({ body, raw }, { transaction }) => {
      const wanted = wantedBy(body);
      const by = actorOf(raw);
      const ordered = await transaction(async (sql) => {
        const done = await orderRetries(sql, { wanted, by, dryRun: body.DryRun });
        if (done.outcome === 'ordered')
          await noteAct(sql, {
            by,
            act: 'retries.order',
            subject: done.id,
            detail: 'filter' in wanted ? { Filter: wanted.filter } : { JobIds: wanted.jobIds.length },
            result: `${done.count} jobs`,
          });
        return done;
      });
      if (ordered.outcome === 'under-way')
        throw new Problem(
          409,
          'RetriesUnderWay',
          `Filter: expected the order before to have ended, see GET /retries/${ordered.id}`,
        );
      return jsonAnswer(202, { Id: ordered.outcome === 'ordered' ? ordered.id : null, Count: ordered.count });
    }),
  ];
}

interface RetriesBody {
  readonly Filter?: v.InferOutput<typeof retryFilter>;
  readonly JobIds?: readonly string[];
}

function wantedBy({ Filter, JobIds }: RetriesBody): Wanted {
  if ((Filter === undefined) === (JobIds === undefined))
    throw new InvalidField('Filter', 'either Filter or JobIds', Filter ? 'both' : 'neither');
  if (JobIds) return { jobIds: [...new Set(JobIds)] };
  const outcomes: readonly string[] = [Filter?.outcome ?? []].flat();
  const other = outcomes.find((outcome) => !RETRIED_OUTCOMES.some((retried) => retried === outcome));
  if (other !== undefined)
    throw new InvalidField('Filter.outcome', `of ${RETRIED_OUTCOMES.join(', ')}`, show(other));
  return { filter: Filter ?? {} };
}
