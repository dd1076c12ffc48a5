import { readFileSync } from 'node:fs';
import COS from 'cos-nodejs-sdk-v5';
import { parseJobs, parseJobsPage } from '../../shared/ci/xml/parse-jobs.ts';
import { type Contest, compare } from '../compare.ts';

/** The parser of the official client, which validates nothing. */
const { xml2json } = (COS as unknown as { util: { xml2json: (text: string) => unknown } }).util;

const DOCUMENTED = readFileSync(
  new URL('../../test/fixtures/describe-documented.xml', import.meta.url),
  'utf8',
);
const [job = ''] = /<JobsDetail>[\s\S]*<\/JobsDetail>/.exec(DOCUMENTED) ?? [];
const PAGE_SIZE = 100;
const page = `<?xml version="1.0" encoding="utf-8"?>\n<Response>${Array.from({ length: PAGE_SIZE }, (_, at) =>
  job.replace(/<JobId>[^<]*/, `<JobId>j${String(at).padStart(32, '0')}`),
).join('')}<NextToken>n</NextToken></Response>`;

/** Both read from the bytes of an answer. */
function contest(what: string, goal: number, text: string, ours: (bytes: Uint8Array) => unknown): Contest {
  const bytes = Buffer.from(text);
  return {
    figure: `parse: ${what}`,
    peer: 'cos-nodejs-sdk-v5',
    goal,
    ours: () => ours(bytes),
    theirs: () => xml2json(bytes.toString()),
  };
}

export const parsing = () =>
  compare('npm run bench -- parse', [
    contest('one finished job', 1.2, DOCUMENTED, parseJobs),
    contest(`a page of ${PAGE_SIZE}`, 1.7, page, parseJobsPage),
  ]);
