import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FunctionLog } from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import { createAccount, keepState, timeText } from './account.ts';
import type { Invoke } from './action.ts';
import { createFaults } from './faults.ts';
import { type Call, serveRequest } from './serve-request.ts';
import { createSettling, type SettleRule } from './settle.ts';
import { snapshot, urlOf } from './snapshot.ts';
import { parseCosDesc } from './trigger-desc.ts';
import type { Credentials } from './verify-tc3.ts';

export interface ScfOptions {
  readonly region?: string;
  readonly appId?: string;
  /** Given: the account's only keys are temporary ones, of this token. */
  readonly token?: string;
  /** The names of the account's CAM roles. */
  readonly roles?: readonly string[];
  /** Runs functions for Invoke. */
  readonly invoke?: Invoke;
}

/** Lets functions take a role on [doc 583/32389]. */
const TRUST_POLICY = JSON.stringify({
  version: '2.0',
  statement: [{ effect: 'allow', action: 'name/sts:AssumeRole', principal: { service: ['scf.qcloud.com'] } }],
});

/**
 * One account of Tencent Cloud, as far as a deployment sees it: the API of SCF, and what it needs of STS and CAM, on a
 * free port of this machine. State lives in memory. Where each behaviour comes from stands beside it: `[doc N/N]` the
 * page of Tencent's documentation, `[sdk]` the official Node client's model, `[go]` the codes that the Go client lists,
 * `[guess]` nobody's word. None was ever compared with the real service.
 */
export async function startScf(options: ScfOptions = {}) {
  const { region = 'ap-guangzhou', appId = '1250000000', token, roles = [] } = options;
  const account = createAccount(region, appId);
  for (const role of roles) account.roles.set(role, TRUST_POLICY);
  const credentials: Credentials = {
    secretId: `id-${randomBytes(8).toString('hex')}`,
    secretKey: randomBytes(16).toString('hex'),
    ...(token === undefined ? {} : { token }),
  };
  const calls: Call[] = [];
  const arrived: string[] = [];
  const faults = createFaults();
  const settling = createSettling();
  const nothingRuns: Invoke = async () => await Promise.reject(new Error('this test runs no functions'));
  const context = { account, settling, invoke: options.invoke ?? nothingRuns };
  const server = createServer((incoming, outgoing) => {
    void serveRequest(incoming, outgoing, { context, credentials, faults, calls, arrived });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const functionNamed = (name: string) => {
    const fn = account.functions.get(name);
    if (fn === undefined)
      throw new RangeError(`expected one of ${[...account.functions.keys()]}, got ${name}`);
    return fn;
  };
  return {
    port,
    region,
    credentials,
    /** Every call that was signed well, in the order in which they came; tests may empty it. */
    calls,
    /** The action of every request, signed well or not. */
    arrived,
    /** The calls that change something, as `Action function`. */
    writes: () =>
      calls.filter(({ isWrite }) => isWrite).map(({ action, function: name }) => `${action} ${name}`),
    faults,
    /** How changes under way end. */
    settle: (...rules: SettleRule[]) => settling.setRules(...rules),
    /** From now on several triggers may take one object, whatever the documentation says. */
    takeOverlaps: () => {
      account.takesOverlaps = true;
    },
    /** The next answers of ListTriggers, so many, are without the address of a function's URL. */
    withholdUrl: (name: string, answers: number) => void account.withheldUrls.set(name, answers),
    /** From now on triggers of these types come back without a Description. */
    leaveOutDescriptions: (...types: ('cos' | 'http' | 'timer')[]) => {
      for (const type of types) account.undescribedTypes.add(type);
    },
    /** What a deployment left behind, fit to be compared. */
    state: () => snapshot(account),
    /** Keeps all that the account has, and gives a function that puts it there again. */
    keep: () => keepState(account),
    /** The names of all functions. */
    functions: () => [...account.functions.keys()].sort(),
    statusOf: (name: string) => functionNamed(name).status,
    /** The zip that invocations run; undefined when none ever became Active. */
    zipOf: (name: string) => functionNamed(name).running?.zip,
    urlOf: (name: string) => urlOf(functionNamed(name)),
    /** As it is read back. */
    environmentOf: (name: string): Record<string, string> =>
      Object.fromEntries(
        (functionNamed(name).asked.configuration.Environment?.Variables ?? []).map(
          ({ Key = '', Value = '' }) => [Key, Value],
        ),
      ),
    /** The names of its triggers of one type. */
    triggersOf: (name: string, type: string) =>
      functionNamed(name)
        .triggers.filter((trigger) => trigger.type === type)
        .map((trigger) => trigger.name)
        .sort(),
    /** What its COS triggers take, as `prefix*suffix`. */
    placesOf: (name: string) =>
      functionNamed(name)
        .triggers.filter(({ type }) => type === 'cos')
        .map(({ desc }) => parseCosDesc(desc).filter)
        .map(({ Prefix, Suffix }) => `${Prefix}*${Suffix}`)
        .sort(),
    /** A timer that somebody made in the console. */
    addTimerByHand(name: string, timer: { name: string; cron: string; qualifier?: string }) {
      const now = timeText();
      functionNamed(name).triggers.push({
        type: 'timer',
        name: timer.name,
        qualifier: timer.qualifier ?? '$DEFAULT',
        desc: JSON.stringify({ cron: timer.cron }),
        isOpen: true,
        customArgument: '',
        description: '',
        addTime: now,
        modTime: now,
      });
    },
    addLog: (log: FunctionLog) => void account.logs.push(log),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type StandIn = Awaited<ReturnType<typeof startScf>>;
