import * as v from 'valibot';

const finishedJob = v.object({
  Operation: v.object({
    MediaResult: v.object({
      OutputFile: v.object({ ObjectPrefix: v.optional(v.string(), ''), ObjectName: v.array(v.string()) }),
    }),
  }),
});

/** The object that a finished job has made, the first of several: where it was to go may still say `${ext}`. */
export function resultKey(job: unknown): string | undefined {
  const parsed = v.safeParse(finishedJob, job);
  if (!parsed.success) return undefined;
  const { ObjectPrefix, ObjectName } = parsed.output.Operation.MediaResult.OutputFile;
  const [name] = ObjectName;
  return name === undefined ? undefined : ObjectPrefix + name;
}
