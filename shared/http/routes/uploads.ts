import * as v from 'valibot';
import { documented } from '../../ci/documented.ts';
import { bucket } from '../parameters.ts';
import { route } from '../route.ts';

/** The largest object that one PutObject takes [doc]. */
const MAX_UPLOAD_BYTES = 5_368_709_120;
/** With the longest prefix before it, it stays within the longest key. */
const MAX_NAME_BYTES = 400;

const nameWords = `the name of a file: at most ${MAX_NAME_BYTES} bytes, no slash, no control characters, no dot first`;
const bytesWords = `a whole number of bytes, 1 to ${MAX_UPLOAD_BYTES}`;
const md5Words = 'the MD5 of the file: 32 hex digits';

const fileName = v.pipe(
  v.string(nameWords),
  v.check(
    (text) => /^[^./\\\p{C}][^/\\\p{C}]*$/u.test(text) && Buffer.byteLength(text) <= MAX_NAME_BYTES,
    nameWords,
  ),
  documented({ type: 'string', minLength: 1, pattern: '^[^./\\\\][^/\\\\]*$' }),
);

export const createUploadRoute = route({
  operationId: 'createUpload',
  method: 'POST',
  path: '/uploads',
  summary: 'An address to which one file can be uploaded, once, within a quarter of an hour',
  caller: 'writer',
  query: bucket,
  body: {
    kind: 'json',
    schema: v.strictObject({
      Name: fileName,
      Bytes: v.pipe(
        v.number(bytesWords),
        v.integer(bytesWords),
        v.minValue(1, bytesWords),
        v.maxValue(MAX_UPLOAD_BYTES, bytesWords),
      ),
      Md5: v.pipe(v.string(md5Words), v.regex(/^[0-9a-fA-F]{32}$/, md5Words)),
    }),
  },
});
