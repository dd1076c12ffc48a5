import { readFile } from 'node:fs/promises';
import { BUCKETS, type BucketName, idOf, type ObjectPlace } from './places.ts';
import { control } from './world/cloud-state.ts';
import { colourOf } from './world/palette.ts';
import type { ReceivedLine } from './world/receiver-process.ts';
import type { World } from './world/world.ts';

/** A job as the local cloud has it. */
export interface FoundJob {
  readonly JobId: string;
  readonly Seq: number;
  readonly State: string;
  readonly Code: string;
  readonly Message: string;
  readonly InputObject: string;
  readonly OutputKey: string;
  readonly CreatedAt: number;
  readonly EndedAt?: number;
  readonly bucket: BucketName;
}

/** One of `GET /watches`. */
interface FoundWatch {
  readonly JobId: string;
  readonly Intent: string;
  readonly State: string;
  readonly Outcome: string;
  readonly Rule: string;
}

interface FoundDelivery {
  readonly EventId: string;
  readonly Endpoint: string;
  readonly State: string;
}

export interface FoundEvent {
  readonly seq: number;
  readonly id: string;
  readonly job_id: string;
  readonly type: string;
}

/** All that can be seen from outside when it is quiet. */
export interface Findings {
  readonly jobs: readonly FoundJob[];
  readonly watches: readonly FoundWatch[];
  readonly deliveries: readonly FoundDelivery[];
  readonly events: readonly FoundEvent[];
  readonly received: readonly ReceivedLine[];
  /** The states of all submissions. */
  readonly intents: readonly { readonly state: string }[];
  /** The ETag of each object that was ever written; empty when it is gone. */
  readonly etags: ReadonlyMap<string, string>;
  /** The colour of each output that a job was to make; none when it is not there. */
  readonly colours: ReadonlyMap<string, number>;
}

export async function readFindings(world: World): Promise<Findings> {
  const jobs = await readJobs(world);
  const [watches, deliveries, events, received, intents, etags, colours] = await Promise.all([
    readPages<FoundWatch>(world, 'watches', 'Watches'),
    readPages<FoundDelivery>(world, 'deliveries', 'Deliveries'),
    world.database.ask<FoundEvent>('select seq::int, id, job_id, type from events order by seq'),
    readReceived(world),
    world.database.ask<{ state: string }>('select state from intents'),
    readEtags(world),
    readColours(world, jobs),
  ]);
  return { jobs, watches, deliveries, events, received, intents, etags, colours };
}

async function readJobs({ portOf }: World): Promise<FoundJob[]> {
  const lists = await Promise.all(
    BUCKETS.map(async (bucket) => {
      const { jobs } = await control<{ jobs: FoundJob[] }>(portOf(bucket), 'GET', 'jobs');
      return jobs.map((job) => ({ ...job, bucket }));
    }),
  );
  return lists.flat();
}

/** Every page of a list of the API. */
async function readPages<T>({ functionsUrl, secrets }: World, list: string, field: string): Promise<T[]> {
  const found: T[] = [];
  let cursor = '';
  do {
    const query = new URLSearchParams({ limit: '200', ...(cursor && { cursor }) });
    const answer = await fetch(`${functionsUrl}/${list}?${query}`, {
      headers: { authorization: `Bearer ${secrets.apiToken}` },
    });
    if (!answer.ok) throw new Error(`GET /${list}: ${answer.status} ${await answer.text()}`);
    const page = Object(await answer.json());
    found.push(...page[field]);
    cursor = page.NextCursor;
  } while (cursor !== '');
  return found;
}

/** A line that a kill has cut short was never acknowledged. */
async function readReceived({ receivedFile }: World): Promise<ReceivedLine[]> {
  const text = await readFile(receivedFile, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

async function readEtags({ ledger, objects }: World): Promise<Map<string, string>> {
  const etags = new Map<string, string>();
  for (const object of ledger.objects) {
    const { status, headers } = await objects.call('GET', object);
    etags.set(idOf(object), status === 200 ? String(headers.etag).replaceAll('"', '') : '');
  }
  return etags;
}

async function readColours({ objects }: World, jobs: readonly FoundJob[]): Promise<Map<string, number>> {
  const places = new Map<string, ObjectPlace>(
    jobs.map(({ bucket, OutputKey: key }) => [idOf({ bucket, key }), { bucket, key }]),
  );
  const colours = new Map<string, number>();
  for (const [id, place] of places) {
    const { status, body } = await objects.call('GET', place);
    if (status === 200) colours.set(id, await colourOf(body));
  }
  return colours;
}
