import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidField } from '../../shared/ci/invalid-field.ts';
import type { HttpRequest } from '../../shared/http/http-request.ts';
import { Problem } from '../../shared/http/problem.ts';
import { readCallback } from '../../shared/http/read-callback.ts';

const ID = `j${'1'.repeat(32)}`;
const OTHER = `a${'2'.repeat(32)}`;

function read(body: string | Buffer): string[] {
  const request: HttpRequest = {
    httpMethod: 'POST',
    path: '/callbacks/token',
    headers: {},
    query: {},
    body: Buffer.from(body),
  };
  return readCallback(request);
}

/** As CI sends it of late: a list of one, numbers, true and false, and what is not there as null. */
const NATIVE = {
  EventName: 'TaskFinish',
  JobsDetail: [
    {
      Code: 'Success',
      JobId: ID,
      State: 'Success',
      Tag: 'PicProcess',
      Workflow: null,
      Input: { BucketId: 'media-1250000000', Object: 'a.png', CosHeaders: [null] },
      Operation: {
        JobLevel: 0,
        Output: { Force: false, Object: null },
        PicProcessResult: [
          { OriginalInfo: { ImageInfo: { Height: 320.5 } }, ProcessResult: { Quality: 80 } },
        ],
      },
    },
  ],
};

describe('of a notice ids are read, and nothing else', () => {
  it.each([
    ['the native form', JSON.stringify(NATIVE), [ID]],
    ['one job', JSON.stringify({ JobsDetail: { JobId: ID } }), [ID]],
    ['several', JSON.stringify({ JobsDetail: [{ JobId: ID }, { JobId: OTHER }] }), [ID, OTHER]],
    ['one twice', JSON.stringify({ JobsDetail: [{ JobId: ID }, { JobId: ID }] }), [ID]],
    ['a list in the place of an id', JSON.stringify({ JobsDetail: { JobId: [ID] } }), [ID]],
    ['a root', JSON.stringify({ Response: NATIVE }), [ID]],
    ['a byte order mark', `\uFEFF${JSON.stringify(NATIVE)}`, [ID]],
    ['null beside it', JSON.stringify({ JobsDetail: [null, { JobId: ID }, 7, [], 'j1'] }), [ID]],
    [
      'what is no id beside it',
      JSON.stringify({ JobsDetail: [{ JobId: 7 }, { JobId: 'j 1' }, { JobId: ID }] }),
      [ID],
    ],
    ['no job', '{"JobsDetail":null}', []],
    ['something else', '{"EventName":"WorkflowFinish","WorkflowExecution":{"RunId":"i1"}}', []],
    ['null', 'null', []],
    ['a list', '[1,[2]]', []],
    [
      'XML',
      `<?xml version="1.0" encoding="utf-8"?>\n<Response><JobsDetail><JobId>${ID}</JobId></JobsDetail></Response>\n`,
      [ID],
    ],
    [
      'XML behind a byte order mark',
      `\uFEFF<Response><JobsDetail><JobId> ${ID}\n</JobId></JobsDetail></Response>`,
      [ID],
    ],
    [
      'XML of several',
      `<Response><JobsDetail><JobId>${ID}</JobId></JobsDetail><JobsDetail><JobId>${OTHER}</JobId></JobsDetail></Response>`,
      [ID, OTHER],
    ],
    [
      'XML with what XML cannot hold',
      `<Response><JobsDetail><JobId>${ID}</JobId><Message>&#0;&nope;\u0001</Message></JobsDetail></Response>`,
      [ID],
    ],
    [
      'XML with what is no id',
      '<Response><JobsDetail><JobId>&lt;</JobId><JobId/></JobsDetail></Response>',
      [],
    ],
    ['XML of something else', '<Response><EventName>WorkflowFinish</EventName></Response>', []],
    ['empty XML', '<Response/>', []],
  ])('%s', (_, body, expected) => {
    expect(read(body)).toEqual(expected);
  });

  it('whatever stands beside it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.jsonValue({ maxDepth: 5 }), (junk, more) => {
        const job = { ...NATIVE.JobsDetail[0], Operation: junk, Input: more };
        expect(read(JSON.stringify({ a: junk, JobsDetail: [job, junk].slice(0, 1), z: more }))).toEqual([ID]);
        // Nothing that is JSON is refused.
        read(JSON.stringify(junk));
        read(JSON.stringify({ JobsDetail: junk }));
      }),
    );
  });

  it.each([
    [
      'a hundred thousand levels',
      `{"JobsDetail":{"JobId":"${ID}","Operation":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    ],
    [
      'as many elements in each other',
      `<Response><JobsDetail><JobId>${ID}</JobId>${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}</JobsDetail></Response>`,
    ],
    [
      'a megabyte of white space',
      `<Response><JobId>${' '.repeat(500_000)}</JobId><JobId>${ID}</JobId>${' '.repeat(400_000)}</Response>`,
    ],
  ])('%s do no harm', (_, body) => {
    expect(read(body)).toEqual([ID]);
  });

  it('and no more of them than CI is asked about at once', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `j${index}`);
    expect(read(JSON.stringify({ JobsDetail: ids.map((JobId) => ({ JobId })) }))).toEqual(ids.slice(0, 100));
  });
});

it.each([
  [''],
  ['hello'],
  ['<Response>'],
  ['<Response><JobsDetail>'],
  ['<html></html>'],
  [`{"JobsDetail":{"JobId":"${ID}"`],
])('what is no notice is refused: %j', (body) => {
  expect(() => read(body)).toThrow(InvalidField);
});

it('what is too large is refused before it is read', () => {
  expect(() => read(Buffer.alloc(1024 * 1024 + 1, ' '))).toThrow(Problem);
});
