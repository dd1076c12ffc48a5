/** `npm run doctor [-- --stage prod --region ap-guangzhou]`: looks at what a deployment needs and what it made. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chooseChecks } from './choose-checks.ts';
import { formatFindings } from './format-findings.ts';
import { loadService } from './load-service.ts';
import { runChecks } from './run-checks.ts';

/** The project that is looked at: the one whose folder this is. */
const ROOT = process.cwd();

async function doctor(): Promise<boolean> {
  if (!existsSync('serverless.yml'))
    throw new Error(
      `expected a serverless.yml in this folder, ${ROOT}: doctor looks at the service that it declares`,
    );
  const { values } = parseArgs({ options: { stage: { type: 'string' }, region: { type: 'string' } } });
  const { about, checks } = chooseChecks({ ...loadService(ROOT, { ...values }, process.env), now: Date.now });
  console.log(about);
  const findings = await runChecks(checks);
  console.log(formatFindings(findings));
  return findings.every(({ ok }) => ok !== false);
}

try {
  const isWell = await doctor();
  // A connection that nobody waits for any more must not keep the prompt waiting.
  process.exit(isWell ? 0 : 1);
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
