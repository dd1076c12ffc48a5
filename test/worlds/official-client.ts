import { Agent } from 'node:http';
import { scf } from 'tencentcloud-sdk-nodejs-scf';
import { sts } from 'tencentcloud-sdk-nodejs-sts';
import type { StandIn } from '../../emulators/scf-api/start-scf.ts';
import type { Credentials } from '../../emulators/scf-api/verify-tc3.ts';

type Origin = Pick<StandIn, 'port' | 'region' | 'credentials'>;

/** The official client of SCF, talking to a stand-in. */
export function scfClient(standIn: Origin, credentials: Credentials = standIn.credentials) {
  return new scf.v20180416.Client(clientConfig('scf', standIn, credentials));
}

export function stsClient(standIn: Origin) {
  return new sts.v20180813.Client(clientConfig('sts', standIn, standIn.credentials));
}

/** The name is the real one, since the client signs its first part as the service; only the address is local. */
export function clientConfig(service: string, { port, region }: Origin, credentials: Credentials) {
  const lookup: Lookup = (_, options, answer) =>
    options.all ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4);
  return {
    credential: { ...credentials },
    region,
    profile: {
      httpProfile: {
        endpoint: `${service}.tencentcloudapi.com:${port}`,
        protocol: 'http://',
        agent: new Agent({ lookup }),
      },
    },
  };
}

type Lookup = NonNullable<ConstructorParameters<typeof Agent>[0]>['lookup'] & {};
