/**
 * `npm run test:soak -- --seed 7 --minutes 10`: the whole local stack, used and broken at random, and then looked at
 * from outside. The same seed does the same things in the same order. Exit code 1 when a promise was not kept.
 */
import { carryOut } from './carry-out.ts';
import { check } from './checks/check.ts';
import { checkStopped } from './checks/check-stopped.ts';
import type { Violation } from './checks/violation.ts';
import { Mischiefs } from './do-mischief.ts';
import { type Findings, readFindings } from './findings.ts';
import { readOptions } from './options.ts';
import { makePlan } from './plan/make-plan.ts';
import { countFindings, tellHistories, tellViolations } from './report.ts';
import { Tally } from './tally.ts';
import { untilQuiet } from './until-quiet.ts';
import { startWorld } from './world/start-world.ts';
import { removeFolder, stopWorld, type World } from './world/world.ts';

const say = (text: string) => console.log(text);
const { seed, minutes, keep } = readOptions(process.argv.slice(2));
say(`seed     ${seed}, ${minutes} min (again: npm run test:soak -- --seed ${seed} --minutes ${minutes})`);

const tally = new Tally();
const plan = makePlan(seed, minutes);
say(`plan     ${plan.length} steps`);
const world = await startWorld(say);
const startedMs = performance.now();
say('ready    everything is up');
const violations = await run(world).catch(async (error: unknown) => {
  await stopWorld(world);
  throw error;
});
const notWell = await stopWorld(world);
violations.push(...(await checkStopped(world.folder, notWell)));
for (const line of tally.lines()) say(line);
tellViolations(violations, say);
if (keep || violations.length > 0) say(`kept     ${world.folder}`);
else await removeFolder(world);
const seconds = Math.round((performance.now() - startedMs) / 1000);
say(`soak     seed ${seed}: ${violations.length} violations, ${seconds} s`);
process.exit(violations.length === 0 ? 0 : 1);

async function run(running: World): Promise<Violation[]> {
  const mischiefs = new Mischiefs(running, tally);
  await carryOut(plan, running, mischiefs, tally);
  await mischiefs.end();
  say('quiet    nothing goes wrong any more; waiting until nothing is left to do');
  const unfinished = await untilQuiet(running, mischiefs);
  const findings: Findings = await readFindings(running);
  countFindings(running, findings, tally);
  const found = await check(running, findings, unfinished, mischiefs);
  await tellHistories(running, findings, found, say);
  return found;
}
