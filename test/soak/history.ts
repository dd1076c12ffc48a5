import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jobsOf } from './checks/check-jobs.ts';
import type { Findings, FoundJob } from './findings.ts';
import { idOf, type ObjectPlace } from './places.ts';
import type { World } from './world/world.ts';

interface IntentLine {
  readonly at: string;
  readonly intent: object;
}

/** Everything that is known of one object, in order of time: writes, what was decided, intents, jobs, events. */
export async function historyOf(world: World, findings: Findings, object: ObjectPlace): Promise<string[]> {
  const { ledger, database, logs } = world;
  const writes = ledger.of(object).map(({ at, how, etag, colour, bytes, certain }) => ({
    at: new Date(at).toISOString(),
    line: `write ${how} ${etag} colour ${colour} ${bytes.length} bytes${certain ? '' : ' (not acknowledged)'}`,
  }));
  const intents = await database.ask<IntentLine>(
    `select created_at::text as at, jsonb_strip_nulls(to_jsonb(i) - 'request' - 'answer') as intent from intents i
     where bucket = '${object.bucket}' and request->'Input'->>'Object' = '${object.key.replaceAll("'", "''")}'
     order by created_at`,
  );
  const jobs = jobsOf(object, findings.jobs);
  const ids = jobs.map(({ JobId }) => JobId);
  const names = [object.key, ...ids].map((name) => JSON.stringify(name));
  const log = (await readFile(join(logs, 'runtime.log'), 'utf8')).split('\n');
  const decided = log
    .filter((line) =>
      names.some((name) => line.includes(name) || line.includes(JSON.stringify(name).slice(1, -1))),
    )
    // Both buckets may have a key of this name.
    .filter((line) => !line.includes('\\"bucket\\"') || line.includes(object.bucket))
    .map((line) => ({ at: line.slice(0, 24), line: logLine(line.slice(25)) }));
  return [
    idOf(object),
    ...[...writes, ...decided].sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ at, line }) => `${at} ${line}`),
    "intents, by the database's clock:",
    ...intents.map(({ at, intent }) => `${at} ${JSON.stringify(intent)}`),
    "jobs, by CI's clock:",
    ...jobs.map(jobLine),
    'events:',
    ...findings.events
      .filter(({ job_id }) => ids.includes(job_id))
      .map(({ seq, id, type }) => `${seq} ${type} ${id}`),
  ].map((line) => line.slice(0, 2000));
}

function jobLine({ JobId, State, Code, CreatedAt, EndedAt, OutputKey }: FoundJob): string {
  const ended = EndedAt === undefined ? 'open' : new Date(EndedAt).toISOString();
  return `${new Date(CreatedAt).toISOString()} until ${ended} ${JobId} ${State} ${Code} ${OutputKey}`;
}

/** What a function printed, without what is the same in every line. */
function logLine(text: string): string {
  try {
    const { functionName, text: printed, ...entry } = JSON.parse(text);
    const {
      level,
      message,
      requestId: _,
      bucket: __,
      ...rest
    } = JSON.parse(printed ?? JSON.stringify(entry));
    return `${functionName} ${level}: ${message} ${JSON.stringify(rest)}`;
  } catch {
    return text;
  }
}
