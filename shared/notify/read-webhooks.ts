import * as v from 'valibot';
import { ConfigError, type Environment, shapeOf } from '../read-variables.ts';
import { readAllowedHosts } from './allowed-hosts.ts';
import { endpointList } from './endpoint-schema.ts';

/** One receiver of events. */
export interface Endpoint {
  readonly name: string;
  readonly url: URL;
  /** each signs; several while one replaces another */
  readonly secrets: readonly Uint8Array[];
  /** `*`, or types of events */
  readonly events: readonly string[];
}

export interface Webhooks {
  readonly endpoints: readonly Endpoint[];
  /** hosts, as `URL.hostname` writes them, that may be plain http and at addresses that are not public */
  readonly allowHosts: ReadonlySet<string>;
}

/**
 * Reads WEBHOOKS and WEBHOOK_ALLOW_HOSTS; not set or empty is none. Throws ConfigError, which names the place and
 * never shows a value.
 */
export function readWebhooks(env: Environment): Webhooks {
  const allowHosts = readAllowedHosts(env['WEBHOOK_ALLOW_HOSTS']);
  const text = env['WEBHOOKS'];
  if (text === undefined || text === '') return { endpoints: [], allowHosts };

  const result = v.safeParse(endpointList(allowHosts), parseJson(text), { abortPipeEarly: true });
  if (!result.success) throw new ConfigError(result.issues.map(describeIssue).join('; '));
  return { endpoints: result.output, allowHosts };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new ConfigError(`WEBHOOKS: expected JSON, got ${shapeOf(text)}`);
  }
}

function describeIssue({ path, expected, message, input }: v.BaseIssue<unknown>): string {
  const keys = path?.map(({ key }) => key) ?? [];
  // A key that nobody expects may be a secret in the wrong place: the object that has it is named instead.
  const unknownKey = expected === 'never';
  const place = (unknownKey ? keys.slice(0, -1) : keys).map((key) =>
    typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
  );
  return `WEBHOOKS${place.join('')}: expected ${message}, got ${unknownKey ? 'another key' : shapeOfJson(input)}`;
}

function shapeOfJson(value: unknown): string {
  if (value === undefined || typeof value === 'string') return shapeOf(value);
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
