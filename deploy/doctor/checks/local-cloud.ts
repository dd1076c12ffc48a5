import { askHttp, pathBelow } from '../ask-http.ts';
import { type Finding, fine, wrong } from '../finding.ts';

/** The local Cloud Infinite has a control surface, which the real one has not. */
export async function localCloud(url: URL, signal: AbortSignal): Promise<Finding> {
  const { status } = await askHttp('GET', pathBelow(url, '/_control/stats'), signal);
  if (status === 200) return fine(`local Cloud Infinite at ${url.host}: answers`);
  return wrong(
    `local Cloud Infinite at ${url.host}: somebody else answers (${status})`,
    'Give it another port: CI_PORT=9001 npm start.',
  );
}
