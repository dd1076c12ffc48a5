import { type JobObjects, objectsOfJobs, previewsOf } from '../../objects/previews.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { Problem } from '../problem.ts';
import { getPreviewRoute, listPreviewsRoute } from '../routes/previews.ts';

export function readPreviews(
  { config, credentials, clock, store }: Instance,
  rules: readonly Rule[],
): Handler[] {
  const signer = { credentials, cosEndpoint: config.cosEndpoint, nowMs: clock.now };
  const previews = (objects: JobObjects) => previewsOf(objects, { ...config, rules }, signer);

  function checkOn(): void {
    if (!config.previews)
      throw new Problem(403, 'PreviewsOff', 'PREVIEWS: expected on, for addresses that anybody can look at');
  }

  return [
    storeHandler(getPreviewRoute, store, async ({ params: { id } }, { transaction }) => {
      checkOn();
      const [objects] = await transaction((sql) => objectsOfJobs(sql, [id]));
      if (objects === undefined) return found('watch', id, undefined);
      const shown = previews(objects);
      const place = objects.output ?? objects.input;
      if (place && shown.Input === null && shown.Output === null)
        throw new Problem(
          403,
          'NotPreviewed',
          'watch: expected an input or output in a bucket of CI_BUCKETS, below a prefix of a rule or of UPLOADS',
        );
      return jsonAnswer(200, shown, 'no-store');
    }),
    storeHandler(listPreviewsRoute, store, async ({ query: { ids } }, { transaction }) => {
      checkOn();
      const objects = await transaction((sql) => objectsOfJobs(sql, ids));
      return jsonAnswer(
        200,
        { Previews: objects.map((each) => ({ JobId: each.jobId, ...previews(each) })) },
        'no-store',
      );
    }),
  ];
}
