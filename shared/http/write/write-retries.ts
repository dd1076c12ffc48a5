import { noteAct } from '../../acts/note-act.ts';
import { InvalidField, shapeOf } from '../../ci/invalid-field.ts';
import type { XmlElement } from '../../ci/xml/xml-node.ts';
import { isElement } from '../../ci/xml/xml-node.ts';
import { type Retry, retryJob } from '../../objects/retry-job.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { callbackAddress } from '../../submit/callback-address.ts';
import { findOrder, keepOrder } from '../../submit/idempotency.ts';
import { actorOf } from '../actor-of.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { Problem } from '../problem.ts';
import { retryJobRoute } from '../routes/retries.ts';
import { keyConflict, keyInFlight } from '../submission-problem.ts';

export function writeRetries({ config, store }: Instance): Handler[] {
  const callback = callbackAddress(config.callbackUrl, config.callbackToken);
  return [
    storeHandler(retryJobRoute, store, async ({ params: { id }, headers, body, raw }, { transaction }) => {
      const operation = operationIn(body);
      const key = headers['Idempotency-Key'];
      const order = JSON.stringify(['retry', id, operation ?? null]);
      const by = actorOf(raw);
      const retry = await transaction(async (sql): Promise<Retry> => {
        const known = key === undefined ? undefined : await findOrder(sql, key, order);
        if (known?.outcome === 'conflict') throw keyConflict();
        if (known?.outcome === 'repeated') return known;
        const done = await retryJob(sql, id, { operation, callback });
        if (done.outcome === 'ordered')
          await noteAct(sql, {
            by,
            act: 'job.retry',
            subject: id,
            detail: { Intent: done.intent, ...(operation ? { Operation: operation } : {}) },
            result: 'ordered',
          });
        const isOrder = done.outcome === 'ordered' || done.outcome === 'repeated';
        // Throwing undoes the intent.
        if (key !== undefined && isOrder && !(await keepOrder(sql, key, order, done.intent)))
          throw keyInFlight();
        return done;
      });
      return retryAnswer(id, retry);
    }),
  ];
}

function retryAnswer(id: string, retry: Retry) {
  switch (retry.outcome) {
    case 'ordered':
    case 'repeated':
      return jsonAnswer(202, { Intent: retry.intent });
    case 'unknown':
      return found('job', id, undefined);
    case 'not-ended':
      throw new Problem(409, 'NotEnded', 'job: expected one that has ended, got one that is open');
    case 'not-failed':
      throw new Problem(
        409,
        'NotFailed',
        'job: expected one that ended Failed, Cancel or Missing, got Success',
      );
    case 'request-unknown':
      throw new Problem(
        409,
        'RequestUnknown',
        'job: expected one of which it is known what it asked for, got one that only its id is known of',
      );
    case 'retried-otherwise':
      throw new Problem(
        409,
        'AlreadyRetried',
        `job: expected one that was not retried with another Operation, see GET /watches?intent=${retry.intent}`,
      );
  }
}

/** One Operation, alone or as a list of one. */
function operationIn(body: XmlElement): XmlElement | undefined {
  const others = Object.keys(body).filter((name) => name !== 'Operation');
  if (others[0] !== undefined) throw new InvalidField(others[0], 'nothing beside Operation');
  const given = body['Operation'];
  if (given === undefined) return undefined;
  const [operation, more] = Array.isArray(given) ? given : [given];
  if (!isElement(operation) || more !== undefined)
    throw new InvalidField('Operation', 'one object', shapeOf(given));
  return operation;
}
