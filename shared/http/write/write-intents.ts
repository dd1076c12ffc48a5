import { noteAct } from '../../acts/note-act.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { cancelIntent } from '../../submit/intents/cancel.ts';
import { actorOf } from '../actor-of.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { answer } from '../http-answer.ts';
import { Problem } from '../problem.ts';
import { cancelSubmissionRoute } from '../routes/intents.ts';

export function writeIntents({ store }: Instance): Handler[] {
  return [
    storeHandler(cancelSubmissionRoute, store, async ({ params: { id }, raw }, { transaction }) => {
      const by = actorOf(raw);
      const canceled = await transaction(async (sql) => {
        const done = await cancelIntent(sql, id, by);
        if (done.outcome === 'canceled')
          await noteAct(sql, { by, act: 'intent.cancel', subject: id, result: 'canceled' });
        return done;
      });
      if (canceled.outcome === 'unknown') return found('intent', id, undefined);
      if (canceled.outcome === 'too-late')
        throw new Problem(
          409,
          'MaybeTaken',
          `intent: expected one that was not posted, got one that is ${canceled.state}; see GET /watches?intent=${id}`,
        );
      return answer(204, '', { 'cache-control': 'no-store' });
    }),
  ];
}
