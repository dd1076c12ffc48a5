import { SAMPLE_CLIP, sampleRequest } from '../sample/sample-job.ts';

/**
 * Commands to paste into a shell.
 *
 * @param jobId of the sample's job, when one has just run
 * @param needsToken whether the API wants a token; it is named, never shown
 */
export function thingsToTry(url: string, jobId: string | undefined, needsToken: boolean): string[] {
  const curl = needsToken ? `curl -H "Authorization: Bearer $TOKEN"` : 'curl';
  const webp = JSON.stringify(sampleRequest('webp', 'webps/sample.webp'));
  return [
    jobId === undefined ? `${curl} '${url}/healthz'` : `${curl} '${url}/jobs/${jobId}'`,
    `${curl} '${url}/watches${jobId === undefined ? '' : `/${jobId}`}'`,
    `${curl} '${url}/deliveries'`,
    `${curl} '${url}/jobs?tag=Animation&size=5'`,
    `${curl} -X POST '${url}/jobs' -H 'Content-Type: application/json' -d '${webp}'   # ${SAMPLE_CLIP} as WebP`,
  ];
}
