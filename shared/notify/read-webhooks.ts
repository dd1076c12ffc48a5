import { checkInput, type Fault } from '../ci/check-input.ts';
import { shapeOf } from '../ci/invalid-field.ts';
import { parseUrl } from '../ci/parse-url.ts';
import type { Environment } from '../environment.ts';
import { ConfigError } from '../read-variables.ts';
import { endpointList } from './endpoint-schema.ts';
import type { Robot } from './robot/robot.ts';
import { readAllowedHosts } from './webhook/allowed-hosts.ts';

/** One receiver of events. */
export interface Endpoint {
  readonly name: string;
  readonly url: URL;
  /** each signs; several while one replaces another; none of a robot */
  readonly secrets: readonly Uint8Array[];
  /** `*`, or types of events */
  readonly events: readonly string[];
  /** of a chat's robot; undefined for a webhook */
  readonly robot?: Robot;
}

export interface Webhooks {
  readonly endpoints: readonly Endpoint[];
  /** hosts, as `URL.hostname` writes them, that may be plain http and at addresses that are not public */
  readonly allowHosts: ReadonlySet<string>;
}

/**
 * Reads WEBHOOKS and WEBHOOK_ALLOW_HOSTS; not set or empty is none.
 *
 * @throws ConfigError, which names the place and never shows a value
 */
export function readWebhooks(env: Environment): Webhooks {
  const allowHosts = readAllowedHosts(env['WEBHOOK_ALLOW_HOSTS']);
  const text = env['WEBHOOKS'];
  if (text === undefined || text === '') return { endpoints: [], allowHosts };

  const checked = checkInput(endpointList(allowHosts), parseJson(text), {
    show: shapeOf,
    hidesKeys: true,
    all: true,
  });
  if (!checked.ok) throw new ConfigError(checked.faults.map(faultText).join('; '));
  const consoleUrl = readConsoleUrl(env['CONSOLE_URL']);
  const endpoints = checked.output.map(({ robot, ...endpoint }) =>
    robot === undefined ? endpoint : { ...endpoint, robot: { ...robot, consoleUrl } },
  );
  return { endpoints, allowHosts };
}

/** @throws ConfigError */
function readConsoleUrl(text: string | undefined): URL | undefined {
  if (text === undefined || text === '') return undefined;
  const url = parseUrl(text);
  if (url instanceof URL && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return url;
  throw new ConfigError('CONSOLE_URL: expected the http or https address of the console, got another text');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new ConfigError(`WEBHOOKS: expected JSON, got ${shapeOf(text)}`);
  }
}

function faultText({ path, reason }: Fault): string {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`));
  return `WEBHOOKS${place.join('')}: ${reason}`;
}
