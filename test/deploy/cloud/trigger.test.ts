import { describe, expect, test as it } from 'vitest';
import {
  canonicalDesc,
  cosDesc,
  functionUrlDesc,
  triggerKey,
  urlOf,
} from '../../../deploy/cloud/state/trigger.ts';

describe('a trigger read back equals the one that was written', () => {
  it.each([
    ['timer', '0 */5 * * * * *', '0 */5 * * * * *'],
    ['timer', '{"cron":"0 */5 * * * * *"}', '0 */5 * * * * *'],
    [
      'cos',
      '{"bucketUrl":"b-1.cos.ap-guangzhou.myqcloud.com","event":"cos:ObjectCreated:*","filter":{"Suffix":".mp4","Prefix":"clips/"}}',
      cosDesc('cos:ObjectCreated:*', 'clips/', '.mp4'),
    ],
    ['cos', '{ "event": "cos:ObjectCreated:*" }', cosDesc('cos:ObjectCreated:*', '', '')],
    [
      'http',
      '{"NetConfig":{"EnableExtranet":true,"EnableIntranet":false,"ExtranetUrl":"https://u"},"AuthType":"NONE","CorsConfig":{"Enable":false}}',
      functionUrlDesc(),
    ],
  ])('%s %s', (type, raw, expected) => {
    expect(canonicalDesc(type, raw)).toBe(expected);
  });

  it('unless somebody switched CORS on, which the function answers itself', () => {
    const raw = '{"AuthType":"NONE","NetConfig":{"EnableExtranet":true},"CorsConfig":{"Enable":true}}';
    expect(canonicalDesc('http', raw)).not.toBe(functionUrlDesc());
  });

  it.each(['', 'null', '[]', '{', '{"cron":1}'])('nonsense stays what it is: %s', (raw) => {
    expect(canonicalDesc('timer', raw)).toBe(raw);
  });
});

describe('the address of a Function URL', () => {
  it('has no slash at its end', () => {
    expect(urlOf('http', '{"NetConfig":{"ExtranetUrl":"https://u.example/"}}')).toBe('https://u.example');
  });

  it.each(['{}', '{"NetConfig":{"ExtranetUrl":""}}', 'x'])('is not known from %s', (raw) => {
    expect(urlOf('http', raw)).toBeUndefined();
  });
});

it('COS triggers of one bucket are told apart by what they catch', () => {
  const trigger = { type: 'cos', name: 'b', enabled: true, argument: '' };
  const keys = ['.mp4', '.mov'].map((suffix) =>
    triggerKey({ ...trigger, desc: cosDesc('cos:ObjectCreated:*', '', suffix) }),
  );
  expect(new Set(keys).size).toBe(2);
});
