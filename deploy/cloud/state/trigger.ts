/** A trigger in the form in which ours and the account's can be compared. */
export interface Trigger {
  /** `http`, `timer`, `cos`, or one that only others make. */
  readonly type: string;
  readonly name: string;
  /** As CreateTrigger takes it, in one order and without spaces. */
  readonly desc: string;
  readonly enabled: boolean;
  /** What a timer's events carry. */
  readonly argument: string;
}

export type TriggerState = Trigger & {
  /** The version or alias that it calls; ours call the version that a deployment changes. */
  readonly qualifier: string;
  /** Of the deployment that made it; undefined when somebody else did. */
  readonly owner: string | undefined;
  /** Whether it came back with a description; that of COS and HTTP triggers was never seen to [guess]. */
  readonly described: boolean;
  /** Where it answers, when it is a Function URL. */
  readonly url: string | undefined;
};

/** The version of a function that a deployment changes. */
export const LATEST = '$LATEST';

/** A Function URL that anybody may call: who may use a route is for the function to say. */
export function functionUrlDesc(): string {
  return httpDesc({ AuthType: 'NONE', NetConfig: { EnableIntranet: false, EnableExtranet: true } });
}

export function cosDesc(event: unknown, prefix: unknown, suffix: unknown): string {
  return JSON.stringify({ event, filter: { Prefix: prefix ?? '', Suffix: suffix ?? '' } });
}

/** COS takes several triggers of one name, its bucket; the others are known by theirs. */
export function triggerKey({ type, name, desc }: Trigger): string {
  return type === 'cos' ? `cos ${name} ${desc}` : `${type} ${name}`;
}

/** Whether COS would call two triggers for one object: it takes but one of them [doc; that filters decide is a guess]. */
export function takeSameObjects(one: Trigger, other: Trigger): boolean {
  if (one.type !== 'cos' || other.type !== 'cos' || one.name !== other.name) return false;
  const [a, b] = [filterOf(one.desc), filterOf(other.desc)];
  const begin = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  return begin && (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix));
}

function filterOf(desc: string): { prefix: string; suffix: string } {
  const { Prefix, Suffix } = asObject(parseObject(desc)?.['filter']);
  return { prefix: String(Prefix ?? ''), suffix: String(Suffix ?? '') };
}

/**
 * What ListTriggers returns is not what CreateTrigger took: a timer's cron comes wrapped as `{"cron":"…"}`, a COS
 * trigger with its bucket [a public deployment tool], a Function URL with its addresses [doc 583/44268].
 */
export function canonicalDesc(type: string, raw: string): string {
  const value = parseObject(raw);
  if (value === undefined) return raw;
  if (type === 'timer') return typeof value['cron'] === 'string' ? value['cron'] : raw;
  if (type === 'cos') {
    const filter = asObject(value['filter']);
    return cosDesc(value['event'], filter['Prefix'], filter['Suffix']);
  }
  return type === 'http' ? httpDesc(value) : raw;
}

/** The public address in a Function URL's description, without a slash at its end. */
export function urlOf(type: string, raw: string): string | undefined {
  const url = asObject(parseObject(raw)?.['NetConfig'])['ExtranetUrl'];
  return type === 'http' && typeof url === 'string' && url !== '' ? url.replace(/\/+$/, '') : undefined;
}

/** CORS is answered by the function itself; a trigger that does it too would do it twice. */
function httpDesc({ AuthType, NetConfig, CorsConfig }: Record<string, unknown>): string {
  const { EnableIntranet = false, EnableExtranet = false } = asObject(NetConfig);
  const cors = asObject(CorsConfig)['Enable'] === true ? { CorsConfig: { Enable: true } } : {};
  return JSON.stringify({ AuthType, NetConfig: { EnableIntranet, EnableExtranet }, ...cors });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
