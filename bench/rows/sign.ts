import COS from 'cos-nodejs-sdk-v5';
import { keyTimeAt } from '../../shared/ci/signature/key-time.ts';
import { sign } from '../../shared/ci/signature/sign.ts';
import { cachedSignKey } from '../../shared/ci/signature/sign-key.ts';
import { type Contest, compare } from '../compare.ts';

const SECRET = { secretId: 'bench', secretKey: 'bench-key' };
const HOST = 'media-1250000000.ci.ap-guangzhou.myqcloud.com';
const BODY = '<Request><Tag>Animation</Tag></Request>';

const signKeyOf = cachedSignKey();

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: Record<string, string>;
  readonly body?: string;
}

/** The text of `Authorization` for the same request, made for this moment. */
const contest = (what: string, goal: number, { method, path, query, body }: Asked): Contest => {
  const headers = {
    host: HOST,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/xml', 'content-length': String(Buffer.byteLength(body)) }),
  };
  return {
    figure: `signature: ${what}`,
    peer: 'cos-nodejs-sdk-v5',
    goal,
    ours: () => sign({ method, path, query, headers, ...SECRET, keyTime: keyTimeAt(Date.now()) }, signKeyOf),
    theirs: () =>
      COS.getAuthorization({
        SecretId: SECRET.secretId,
        SecretKey: SECRET.secretKey,
        Method: method,
        Pathname: path,
        Query: query,
        Headers: headers,
        Expires: 900,
      }),
  };
};

export const signatures = () =>
  compare('npm run bench -- sign', [
    contest('describe', 2, { method: 'GET', path: '/jobs/j5902b2caa423436bb00e0f258d1fd509', query: {} }),
    contest('list', 3, {
      method: 'GET',
      path: '/jobs',
      query: {
        queueId: 'p5135bc6091964e50b6b0f3d95f9ee6d8',
        tag: 'Animation',
        orderByTime: 'Asc',
        size: '100',
        states: 'All',
        startCreationTime: '2026-11-26T00:00:00+0800',
      },
    }),
    contest('submit', 2, { method: 'POST', path: '/jobs', query: {}, body: BODY }),
  ]);
