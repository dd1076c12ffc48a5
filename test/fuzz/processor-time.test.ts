import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseError } from '../../shared/ci/xml/parse-error.ts';
import { parseJobs, parseJobsPage } from '../../shared/ci/xml/parse-jobs.ts';
import { parseObjects } from '../../shared/ci/xml/parse-objects.ts';
import { readHttpRequest } from '../../shared/http/http-request.ts';
import { readBody } from '../../shared/http/read-body.ts';
import { readCallback } from '../../shared/http/read-callback.ts';
import { readCosEvent } from '../../shared/scf/cos-event.ts';

const BYTES = 64 * 1024;
/** Compared with as many bytes of ordinary jobs, since machines differ: with those at 6 ms, 50 ms. */
const MOST_TIMES = 8;
/** The best of so many counts: another process on the machine makes none of them faster. */
const ROUNDS = 8;

/** The text again and again, up to 64 KB with what stands around it. */
const fill = (before: string, again: string, after = '') =>
  `${before}${again.repeat(Math.floor((BYTES - before.length - after.length) / again.length))}${after}`;
const inResponse = (again: string) => fill('<Response>', again, '</Response>');
const inJob = (again: string) =>
  fill(
    '<Response><JobsDetail><JobId>j1</JobId><State>Running</State><Message>',
    again,
    '</Message></JobsDetail></Response>',
  );

const documents: Record<string, string> = {
  'open tags': fill('<Response>', '<a>'),
  'deep tags': `<Response>${'<a>'.repeat(8000)}${'</a>'.repeat(8000)}</Response>`,
  'angle brackets': fill('<Response>', '<'),
  'closing brackets': inJob('>'),
  'bare ampersands': inJob('&'),
  references: inJob('&#65;'),
  'long references': inJob('&#0000000000000000000000000000000000000065;'),
  entities: inJob('&amp;'),
  'unknown entities': inJob('&unknownentity;'),
  'references without an end': inJob('&#x4'),
  'open CDATA': fill('<Response>&#65;', '<![CDATA['),
  CDATA: inJob('<![CDATA[&#0;]]>'),
  'open comments': fill('<Response>', '<!--'),
  comments: inResponse('<!-- a -->'),
  'open instructions': fill('<Response>', '<?a '),
  instructions: inResponse('<?a b?>'),
  'a DOCTYPE': fill('<!DOCTYPE a [', '<!ENTITY a "b">'),
  attributes: fill('<Response ', 'a="b" ', '/>'),
  'an endless attribute': fill('<Response a="', 'b', '"/>'),
  quotes: fill('<Response ', '"', '/>'),
  'an endless name': fill('<', 'a', '/>'),
  'white space': inResponse(' '),
  'line ends': inResponse('\n'),
  'empty elements': inResponse('<a/>'),
  jobs: inResponse('<JobsDetail><JobId>j1</JobId><State>Running</State></JobsDetail>'),
  'jobs that do not fit': inResponse('<JobsDetail><JobId>j</JobId></JobsDetail>'),
  'lists in lists': inResponse(
    '<JobsDetail><Operation><MediaResult><OutputFile><ObjectName>a</ObjectName></OutputFile></MediaResult></Operation></JobsDetail>',
  ),
  'ids with commas': fill('<Response><NonExistJobIds>', 'a,', '</NonExistJobIds></Response>'),
  objects: fill('<ListBucketResult>', '<Contents><Key>%E7%8C%AB</Key></Contents>', '</ListBucketResult>'),
  'a zero byte': fill('', '\0'),
  JSON: fill('{"JobsDetail":[', '{"JobId":"j1"},', '{"JobId":"j1"}]}'),
  'open lists of JSON': fill('', '['),
  'deep JSON': `${'['.repeat(16_000)}${']'.repeat(16_000)}`,
  'names of JSON': fill('{', '"a":1,', '"a":1}'),
  'text of JSON': fill('"', '\\u0000', '"'),
};

const record = JSON.parse(readFileSync('test/fixtures/cos-event.json', 'utf8')).Records[0];
const request = (body: string, contentType: string) =>
  readHttpRequest({
    httpMethod: 'POST',
    path: '/jobs',
    headers: { 'content-type': contentType },
    queryString: {},
    body,
  });
const error = {
  status: 400,
  requestId: undefined,
  traceId: undefined,
  dateMs: undefined,
  retryAfterMs: undefined,
};

const readers: Record<string, (text: string) => unknown> = {
  'an answer about jobs': (text) => parseJobs(Buffer.from(text)),
  'a page of jobs': (text) => parseJobsPage(Buffer.from(text)),
  'a page of objects': (text) => parseObjects(Buffer.from(text)),
  'an error': (text) => parseError({ ...error, body: Buffer.from(text) }),
  'a JSON body': (text) => readBody(request(text, 'application/json')),
  'an XML body': (text) => readBody(request(text, 'application/xml')),
  'a callback': (text) => readCallback(request(text, '')),
  'an object event': (text) =>
    readCosEvent({
      Records: [
        { ...record, cos: { ...record.cos, cosObject: { ...record.cos.cosObject, key: text, url: text } } },
      ],
    }),
};

/** Of this thread, in milliseconds: what it waits for does not count. */
function processorMs(run: () => unknown): number {
  const before = process.cpuUsage();
  try {
    run();
  } catch {
    // Refusing costs time too.
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const leastMs = (run: () => unknown) => Math.min(...Array.from({ length: ROUNDS }, () => processorMs(run)));

it.each(Object.entries(readers))(
  '64 KB of anything as %s cost at most eight times as much as 64 KB of jobs',
  (_, read) => {
    const longestMs = MOST_TIMES * leastMs(() => parseJobs(Buffer.from(documents['jobs'] ?? '')));
    const slow = Object.entries(documents).flatMap(([name, text]) => {
      for (let round = 0; round < ROUNDS; round += 1)
        if (processorMs(() => read(text)) <= longestMs) return [];
      return [name];
    });
    expect(slow).toEqual([]);
  },
);
