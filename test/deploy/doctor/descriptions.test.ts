import { expect, it } from 'vitest';
import { deployedFunctions } from '../../../deploy/doctor/deployed-functions.ts';
import { tryDescriptions } from '../../../deploy/doctor/live/look-at-answers.ts';
import type { StandIn } from '../../../emulators/scf-api/start-scf.ts';
import { sampleService } from '../../worlds/cloud-sample.ts';
import { deployed } from '../../worlds/deploying.ts';
import { accessToApi } from './look.ts';

const tried = async (standIn: StandIn) =>
  await tryDescriptions({ functions: deployedFunctions(accessToApi(standIn), sampleService()) });

it('an account that gives the descriptions of triggers back holds the guess, one that keeps some does not', async () => {
  const standIn = await deployed();
  expect(await tried(standIn)).toMatchObject({ verdict: 'held' });
  standIn.leaveOutDescriptions('cos');
  const { verdict, seen } = await tried(standIn);
  expect([verdict, seen]).toEqual(['did not', expect.stringContaining('cos')]);
  expect(await tryDescriptions({ functions: undefined })).toMatchObject({ verdict: 'not seen' });
});
