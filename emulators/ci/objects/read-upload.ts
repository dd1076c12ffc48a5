import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../service-error.ts';
import { keptHeaders } from './object-headers.ts';
import type { Upload } from './object-store.ts';
import { readTagHeader } from './tagging.ts';

/** Headers that ask for what is not done here: an object without it would not be what was asked for. */
const NOT_DONE = [
  'pic-operations',
  'x-cos-server-side-encryption-customer-algorithm',
  'x-cos-object-lock-mode',
];

/** What the headers of an upload say of its object. @throws ServiceError for what is not done here */
export function readUpload(headers: IncomingHttpHeaders): Upload {
  const refused = NOT_DONE.find((name) => headers[name] !== undefined);
  if (refused !== undefined)
    throw new ServiceError(501, 'NotImplemented', `${refused} is not done by this local cloud.`);
  const acl = headers['x-cos-acl'];
  const tags = readTagHeader(headers['x-cos-tagging']);
  return {
    contentType: headers['content-type'],
    headers: keptHeaders(headers),
    forbidsOverwrite: headers['x-cos-forbid-overwrite'] === 'true',
    ...(typeof acl === 'string' ? { acl } : {}),
    ...(tags === undefined ? {} : { tags }),
  };
}
