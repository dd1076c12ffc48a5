import { randomBytes } from 'node:crypto';
import type {
  CreateCustomDomainRequest,
  FunctionLog,
} from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import type { InferOutput } from 'valibot';
import type { createFunctionRequest } from './function-requests.ts';

/** As GetFunction words it [doc 583/115197]. */
export type Status =
  | 'Creating'
  | 'CreateFailed'
  | 'Active'
  | 'Updating'
  | 'UpdateFailed'
  | 'Deleting'
  | 'DeleteFailed';

interface Version {
  readonly zip: Buffer;
  readonly configuration: Omit<
    InferOutput<typeof createFunctionRequest>,
    'FunctionName' | 'Code' | 'Namespace'
  >;
}

export interface StoredTrigger {
  readonly type: 'timer' | 'cos' | 'http';
  readonly name: string;
  readonly qualifier: string;
  /** As it is read back, which is not as it was written: see `trigger-desc.ts`. */
  desc: string;
  isOpen: boolean;
  customArgument: string;
  description: string;
  readonly addTime: string;
  modTime: string;
}

export interface StoredFunction {
  readonly name: string;
  readonly id: string;
  readonly addTime: string;
  modTime: string;
  status: Status;
  statusReasons: { ErrorCode: string; ErrorMessage: string }[];
  /** Where the status goes, and after how many more answers of GetFunction. */
  transition?: { readonly to: Status | 'gone'; reads: number };
  /** What was asked for last, and what GetFunction shows. */
  asked: Version;
  /** What an invocation runs: a failed update leaves it as it was [doc 583/115197]. */
  running?: Version;
  triggers: StoredTrigger[];
  asyncConfig: { retryNum: number; msgTTL: number };
  reservedMem?: number;
}

export interface Account {
  readonly region: string;
  readonly appId: string;
  readonly functions: Map<string, StoredFunction>;
  readonly domains: Map<string, CreateCustomDomainRequest>;
  /** The names of CAM roles, and their trust policies. */
  readonly roles: Map<string, string>;
  readonly logs: FunctionLog[];
  /** By function: how many answers of ListTriggers are still without the address of its URL. */
  readonly withheldUrls: Map<string, number>;
  /** Whether COS takes triggers that overlap, and calls each: the documentation says that it does not. */
  takesOverlaps: boolean;
  /** The types of triggers of which ListTriggers tells no Description: only timers were ever seen to have one [guess]. */
  readonly undescribedTypes: Set<StoredTrigger['type']>;
}

export function createAccount(region: string, appId: string): Account {
  return {
    region,
    appId,
    functions: new Map(),
    domains: new Map(),
    roles: new Map(),
    logs: [],
    withheldUrls: new Map(),
    takesOverlaps: false,
    undescribedTypes: new Set(),
  };
}

/** Keeps what an account has; the function that comes back puts it there again, as often as it is called. */
export function keepState({ functions, domains }: Account): () => void {
  const kept = [...functions.values()].map(copyOf);
  const had = [...domains];
  return () => {
    functions.clear();
    for (const fn of kept.map(copyOf)) functions.set(fn.name, fn);
    domains.clear();
    for (const [name, domain] of had) domains.set(name, domain);
  };
}

/** Versions, reasons and settings are replaced and never changed: only what is changed in place needs a copy. */
function copyOf(fn: StoredFunction): StoredFunction {
  const triggers = fn.triggers.map((trigger) => ({ ...trigger }));
  return { ...fn, triggers, ...(fn.transition && { transition: { ...fn.transition } }) };
}

/** Looks like the ids of the documentation's examples: `lam-` and eight letters or digits. */
export function newFunctionId(): string {
  return `lam-${randomBytes(4).toString('hex')}`;
}

/** `2026-01-31 08:15:00`, as all of SCF's times [doc 583/18584]. */
export function timeText(): string {
  return new Date().toISOString().slice(0, 19).replace('T', ' ');
}
