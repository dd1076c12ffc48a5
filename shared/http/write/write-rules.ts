import { noteAct } from '../../acts/note-act.ts';
import { InvalidField } from '../../ci/invalid-field.ts';
import { listRules } from '../../objects/list-rules.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { isToCome } from '../../store/is-to-come.ts';
import { pauseRule, resumeRule } from '../../submit/pause.ts';
import { actorOf } from '../actor-of.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { Problem } from '../problem.ts';
import { changeRuleRoute } from '../routes/rules.ts';

export function writeRules({ store }: Instance, rules: readonly Rule[]): Handler[] {
  return [
    storeHandler(changeRuleRoute, store, async ({ params: { name }, body, raw }, { transaction }) => {
      const rule = rules.find((each) => each.name === name);
      if (rule === undefined) return found('rule', name, undefined);
      if (rule.paused)
        throw new Problem(
          409,
          'PausedByConfiguration',
          `rule: expected one that the configuration does not pause`,
        );
      const { Paused, Until } = body;
      if (!Paused && Until) throw new InvalidField('Until', 'nothing when Paused is false');
      const by = actorOf(raw);
      const { bucket, region } = rule;
      const lane = { kind: 'submit', bucket, region, rule: name } as const;
      const [changed] = await transaction(async (sql) => {
        if (Until && !(await isToCome(sql, Until))) throw new InvalidField('Until', 'a time to come');
        const isNews = Paused
          ? await pauseRule(sql, lane, by, Until ?? undefined)
          : await resumeRule(sql, lane);
        if (isNews)
          await noteAct(sql, {
            by,
            act: Paused ? 'rule.pause' : 'rule.resume',
            subject: name,
            detail: Until ? { Until: Until.toISOString() } : {},
            result: Paused ? 'paused' : 'resumed',
          });
        return await listRules(sql, [rule]);
      });
      return found('rule', name, changed);
    }),
  ];
}
