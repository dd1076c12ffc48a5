import { noteAct } from '../../acts/note-act.ts';
import { InvalidField, show } from '../../ci/invalid-field.ts';
import { cancelBackfill, orderBackfill } from '../../objects/backfill/order.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { actorOf } from '../actor-of.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { Problem } from '../problem.ts';
import { cancelBackfillRoute, orderBackfillRoute } from '../routes/backfills.ts';

export function writeBackfills({ store }: Instance, rules: readonly Rule[]): Handler[] {
  return [
    storeHandler(orderBackfillRoute, store, async ({ body, raw }, { transaction }) => {
      const { Rule: name, Prefix: prefix = '', ModifiedSince, ModifiedUntil, DryRun: dryRun } = body;
      const rule = rules.find((one) => one.name === name);
      if (rule === undefined) {
        const names = rules.map((one) => one.name).join(', ') || 'none';
        throw new InvalidField('Rule', `the name of a rule: ${names}`, show(name));
      }
      if (prefix !== '' && !prefix.startsWith(rule.prefix))
        throw new InvalidField('Prefix', `one below that of the rule, ${rule.prefix}`, show(prefix));
      if (ModifiedSince && ModifiedUntil && ModifiedSince >= ModifiedUntil)
        throw new InvalidField('ModifiedUntil', 'a time after ModifiedSince', ModifiedUntil.toISOString());
      const by = actorOf(raw);
      const ordered = await transaction(async (sql) => {
        const order = {
          rule,
          prefix,
          modifiedSince: ModifiedSince,
          modifiedUntil: ModifiedUntil,
          dryRun,
          by,
        };
        const done = await orderBackfill(sql, order);
        if (done.outcome === 'ordered' && !dryRun)
          await noteAct(sql, {
            by,
            act: 'backfill.order',
            subject: name,
            detail: { Id: done.id, ...(prefix === '' ? {} : { Prefix: prefix }) },
            result: 'ordered',
          });
        return done;
      });
      if (ordered.outcome === 'under-way')
        throw new Problem(
          409,
          'BackfillUnderWay',
          `Rule: expected its backfill before to have ended, see GET /backfills/${ordered.id}`,
        );
      return jsonAnswer(202, { Id: ordered.id });
    }),
    storeHandler(cancelBackfillRoute, store, async ({ params: { id }, raw }, { transaction }) => {
      const by = actorOf(raw);
      const canceled = await transaction(async (sql) => {
        const progress = await cancelBackfill(sql, id);
        if (progress?.State === 'Canceled')
          await noteAct(sql, {
            by,
            act: 'backfill.cancel',
            subject: progress.Rule,
            detail: { Id: id },
            result: 'canceled',
          });
        return progress;
      });
      return found('backfill', id, canceled);
    }),
  ];
}
