import { parseRule } from '../shared/rules/parse-rule.ts';

/*
 * Clips that become GIFs, as benchmarks upload them.
 */

export const BUCKET = 'media-1250000000';
export const REGION = 'ap-guangzhou';
export const CREDENTIALS = { secretId: 'bench', secretKey: 'bench-secret' };
export const RULE = parseRule(
  {
    name: 'clips-to-gif',
    bucket: BUCKET,
    prefix: 'clips/',
    suffixes: ['.mp4'],
    job: { Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: 320, Fps: 12 } } },
    output: { object: 'gifs/${dir}${file}.${ext}' },
  },
  REGION,
);

/** The event of an object that was just created; each key has a content of its own. */
export function eventOf(key: string): object {
  const cosObject = {
    url: `http://${BUCKET}.cos.${REGION}.myqcloud.com/${key}`,
    key: `/1250000000/media/${key}`,
    size: 1000,
    meta: { 'x-cos-request-id': key, ETag: `"${key}"` },
  };
  const cosBucket = { appid: '1250000000', name: 'media', region: 'gz', cosRegion: REGION };
  const event = { eventName: 'cos:ObjectCreated:Put', eventTime: Math.floor(Date.now() / 1000) };
  return { Records: [{ cos: { cosSchemaVersion: '1.0', cosObject, cosBucket }, event }] };
}
