import type { CreatedObject } from '../../../emulators/ci/announcements.ts';
import type { CosTrigger } from '../../../local/triggers/cos-trigger.ts';

/** The object that `test/fixtures/cos-event.json` tells of. */
export const FIXTURE_OBJECT: CreatedObject = {
  bucket: 'media-1250000000',
  region: 'ap-guangzhou',
  key: 'clips/a & b%.mp4',
  size: 276_113,
  etag: 'd41d8cd98f00b204e9800998ecf8427e',
  contentType: 'video/mp4',
  eventName: 'cos:ObjectCreated:Put',
  timeMs: 1_767_225_600_999,
  requestId: 'NWMxOWY4MGFfMjViMjU4NjRfMTUyMV8x',
  authorization:
    'q-sign-algorithm=sha1&q-ak=uploader-id&q-sign-time=1767225600;1767226500&q-key-time=1767225600;1767226500&q-header-list=host&q-url-param-list=&q-signature=CANARY-uploader-signature',
};

export function object(change: Partial<CreatedObject> = {}): CreatedObject {
  return { ...FIXTURE_OBJECT, key: 'clips/a.mp4', ...change };
}

export function trigger(change: Partial<CosTrigger> = {}): CosTrigger {
  return {
    functionName: 'on-object',
    bucket: 'media-1250000000',
    region: 'ap-guangzhou',
    event: 'cos:ObjectCreated:*',
    prefix: 'clips/',
    suffix: '.mp4',
    ...change,
  };
}
