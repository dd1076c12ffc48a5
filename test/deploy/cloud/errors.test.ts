import { describe, expect, test as it } from 'vitest';
import { remedyFor } from '../../../deploy/cloud/api/remedies.ts';
import { fromSdkError } from '../../../deploy/cloud/api/sdk-error.ts';

const sdkError = (code: string) => Object.assign(new Error('why'), { code, requestId: 'r-1' });

describe('an error of the API', () => {
  it('is told with action, function, code and request', () => {
    const error = fromSdkError(sdkError('LimitExceeded.Trigger'), 'CreateTrigger', 'jobwatch-dev-recheck');
    expect(error.message).toBe(
      'jobwatch-dev-recheck CreateTrigger: LimitExceeded.Trigger: why (request r-1)',
    );
    expect(error.remedy).toContain('ten triggers');
  });

  it.each([
    ['FailedOperation.FunctionStatusError', true],
    ['ResourceInUse.FunctionName', true],
    ['InternalError.System', true],
    ['ResourceInUse.Cos', false],
    ['ResourceNotFound.Role', false],
    ['InvalidParameterValue.MemorySize', false],
    ['UnauthorizedOperation.CAM', false],
  ])('%s: reading the account again helps: %s', (code, rereads) => {
    expect(fromSdkError(sdkError(code), 'CreateFunction', 'f').needsReread).toBe(rereads);
  });
});

describe('what is no answer of the API', () => {
  it.each([new Error('socket hang up'), sdkError('ECONNRESET'), sdkError(''), 'text', undefined])(
    'is an error of the network: %s',
    (thrown) => {
      expect(fromSdkError(thrown, 'CreateFunction', 'f')).toMatchObject({
        code: 'NetworkError',
        needsReread: true,
      });
    },
  );
});

describe('a remedy', () => {
  it('is the one of the most exact code that is known', () => {
    expect(remedyFor('AuthFailure.SignatureExpire')).toContain('clock');
    expect(remedyFor('AuthFailure.SecretIdNotFound')).toContain('TENCENTCLOUD_SECRET_ID');
    expect(remedyFor('UnauthorizedOperation.CAM')).toContain('osls policy');
  });

  it('of a domain whose CNAME is missing says where it must lead', () => {
    for (const code of ['FailedOperation.CNAME', 'FailedOperation.DomainNotCname']) {
      expect(remedyFor(code)).toContain('CNAME record of the domain, to <appid>.<region>.tencentscf.com');
    }
  });

  it('is there for a code that nobody has seen', () => {
    expect(remedyFor('Brand.New')).not.toBe('');
  });
});
