import { parseTime } from '../format-time.ts';
import { parameter } from '../read-target.ts';
import { invalidArgument } from '../service-error.ts';
import { JOB_STATES, type JobState } from './job.ts';
import { type PagePlace, readPageToken } from './page-token.ts';

export interface ListQuery {
  tag: string;
  queueId: string | undefined;
  states: ReadonlySet<JobState>;
  oldestFirst: boolean;
  size: number;
  after: PagePlace | undefined;
  createdAfter: number | undefined;
  createdBefore: number | undefined;
  inputObject: string | undefined;
  workflowId: string | undefined;
}

const DEFAULT_SIZE = 10;
const MAX_SIZE = 100;

/** Reads and checks the parameters of DescribeMediaJobs [doc]; queueId may be left out, as in the newer pages. */
export function readListQuery(query: URLSearchParams): ListQuery {
  const tag = parameter(query, 'tag');
  if (tag === undefined) throw invalidArgument('tag is missing.');
  const token = parameter(query, 'nextToken');
  const order = parameter(query, 'orderByTime') ?? 'Desc';
  if (order !== 'Desc' && order !== 'Asc')
    throw invalidArgument(`orderByTime is ${order}, expected Desc or Asc.`);
  return {
    tag,
    queueId: parameter(query, 'queueId'),
    states: readStates(parameter(query, 'states') ?? 'All'),
    oldestFirst: order === 'Asc',
    size: readSize(parameter(query, 'size')),
    after: token === undefined ? undefined : readPageToken(token),
    createdAfter: readTime(query, 'startCreationTime'),
    createdBefore: readTime(query, 'endCreationTime'),
    inputObject: parameter(query, 'inputObject'),
    workflowId: parameter(query, 'workflowId'),
  };
}

function readStates(list: string): ReadonlySet<JobState> {
  const names = list.split(',');
  const states = names.flatMap((name) => JOB_STATES.filter((state) => name === 'All' || name === state));
  const wrong = names.find((name) => name !== 'All' && !JOB_STATES.some((state) => state === name));
  if (wrong !== undefined)
    throw invalidArgument(`states holds ${wrong}, expected All or ${JOB_STATES.join(', ')}.`);
  return new Set(states);
}

function readSize(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SIZE;
  const size = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > MAX_SIZE) throw invalidArgument(`size is ${text}, expected 1 to ${MAX_SIZE}.`);
  return size;
}

function readTime(query: URLSearchParams, name: string): number | undefined {
  const text = parameter(query, name);
  if (text === undefined) return undefined;
  // `+0800` sent as a bare `+` arrives as a space; the service is not known to forgive it, so neither do we [guess].
  const ms = parseTime(text);
  if (ms === undefined)
    throw invalidArgument(`${name} is ${text}, expected a time such as 2026-01-01T00:00:00+0800.`);
  return ms;
}
