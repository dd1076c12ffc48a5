/** `npm run doctor [-- --stage prod --region ap-guangzhou]`: looks at what a deployment needs and what it made. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chooseChecks } from './choose-checks.ts';
import { formatFindings } from './format-findings.ts';
import { proveIt } from './live/prove-it.ts';
import { loadService } from './load-service.ts';
import { runChecks } from './run-checks.ts';

/** The project that is looked at: the one whose folder this is. */
const ROOT = process.cwd();

const USAGE = `jobwatch doctor [--stage prod] [--region ap-guangzhou]
  looks at what a deployment needs and what it made; without credentials at the stack of npm start

jobwatch doctor --live [--yes] [--rule NAME] [--url ADDRESS] [--timeout SECONDS]
  drops a second of video where a rule looks, follows it, and tells which guesses of the documents held;
  asks first, or takes --yes; writes jobwatch-live.json, which holds no secret`;

async function doctor(): Promise<boolean> {
  if (!existsSync('serverless.yml'))
    throw new Error(
      `expected a serverless.yml in this folder, ${ROOT}: doctor looks at the service that it declares`,
    );
  const { values } = parseArgs({
    options: {
      stage: { type: 'string' },
      region: { type: 'string' },
      live: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      rule: { type: 'string' },
      url: { type: 'string' },
      timeout: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return true;
  }
  const { stage, region, live, yes, rule, url, timeout } = values;
  const place = { ...(stage === undefined ? {} : { stage }), ...(region === undefined ? {} : { region }) };
  const loaded = { ...loadService(ROOT, place, process.env), now: Date.now };
  if (live) return await proveIt(loaded, { yes, rule, url, timeout });
  const { about, checks } = chooseChecks(loaded);
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
