import { randomInt } from 'node:crypto';
import type { CreatedObject } from '../../emulators/ci/announcements.ts';
import { percentEncode } from '../../emulators/ci/authorization/percent-encode.ts';

/** One record of a COS event [doc]; see `cosRecord`. */
export type CosRecord = ReturnType<typeof cosRecord>;

/** Short codes of regions; the full name stands where none is known. [doc: gz; guess: the others] */
const REGION_CODES: Readonly<Record<string, string>> = {
  'ap-guangzhou': 'gz',
  'ap-shanghai': 'sh',
  'ap-beijing': 'bj',
  'ap-chengdu': 'cd',
  'ap-chongqing': 'cq',
  'ap-nanjing': 'nj',
};
const MAX_REQUEST_NUMBER = 2 ** 31;

/**
 * What the platform tells a function of an object's write [doc]: `url` is percent-encoded, `key` is raw behind the
 * account and the bucket, the time is in seconds, and the uploader's own signature is part of it.
 */
export function cosRecord(object: CreatedObject, functionName: string) {
  const { bucket, region, key } = object;
  const cut = bucket.lastIndexOf('-');
  const [name, appid] = [bucket.slice(0, cut), bucket.slice(cut + 1)];
  const path = key.split('/').map(percentEncode).join('/');
  return {
    cos: {
      cosSchemaVersion: '1.0',
      cosObject: {
        url: `http://${bucket}.cos.${region}.myqcloud.com/${path}`,
        meta: {
          'x-cos-request-id': object.requestId,
          'Content-Type': object.contentType,
          ETag: `"${object.etag}"`,
        },
        vid: '',
        key: `/${appid}/${name}/${key}`,
        size: object.size,
      },
      cosBucket: { region: REGION_CODES[region] ?? region, cosRegion: region, name, appid },
      // The platform's own spelling [doc].
      cosNotificationId: 'unkown',
    },
    event: {
      eventName: object.eventName,
      eventVersion: '1.0',
      eventTime: Math.floor(object.timeMs / 1000),
      eventSource: 'qcs::cos',
      requestParameters: {
        requestSourceIP: '127.0.0.1',
        requestHeaders: { Authorization: object.authorization },
      },
      eventQueue: `qcs:0:scf:${region}:appid/${appid}:default.${functionName}.$LATEST`,
      reservedInfo: '',
      reqid: randomInt(1, MAX_REQUEST_NUMBER),
    },
  };
}
