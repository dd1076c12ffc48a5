import { EVENTS } from '../../../shared/http/answers/events.ts';
import { toJsonSchemas } from './json-schema.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** What stands elsewhere as a whole is not told field by field. */
const TOLD_ELSEWHERE: Readonly<Record<string, string>> = {
  Watch: 'the watch as it was at that moment: [`getWatch`](http.md#getwatch) tells how it is now',
  Job: 'the job in CI’s own words',
};

/** docs/events.md: every type of event, from the schemas that the API's document has of them. */
export function eventsPage(): string {
  return `# Events

Made of the schemas of events (shared/http/answers/events.ts); \`GET /openapi.json\` has the same as \`webhooks\`. Each is a
[CloudEvent](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md) 1.0 in JSON, and the same whether it is posted to an
endpoint ([delivery](delivery.md)) or read from [\`GET /events\`](http.md#listevents):

| field | what |
| --- | --- |
| \`specversion\` | \`1.0\` |
| \`id\` | the same whenever it comes again: whoever keeps ids handles each event once |
| \`source\` | \`/buckets/<bucket>\` |
| \`type\` | one of those below |
| \`subject\` | whom it is about: the JobId, the key of the object, the name of the rule, endpoint or function |
| \`time\` | RFC 3339, when it was written down |
| \`datacontenttype\` | \`application/json\` |
| \`data\` | as below |

| type | when |
| --- | --- |
${Object.entries(EVENTS)
  .map(([type, { summary }]) => `| [\`${type}\`](#${type.replaceAll('.', '')}) | ${summary} |`)
  .join('\n')}

${Object.entries(EVENTS).map(sectionOf).join('\n')}`;
}

function sectionOf([type, { summary, schema }]: [string, (typeof EVENTS)[keyof typeof EVENTS]]): string {
  const data = (toJsonSchemas({ event: schema })['event'] as Schema).properties?.['data'];
  const rows = fieldsOf(data ?? {}).map(([name, what]) => `| \`${name}\` | ${what} |`);
  return `## ${type}

${summary}.

| \`data\` | what |
| --- | --- |
${rows.join('\n')}
`;
}

function fieldsOf({ properties = {}, required = [] }: Schema, prefix = ''): [string, string][] {
  return Object.entries(properties).flatMap(([name, schema]): [string, string][] => {
    const told = TOLD_ELSEWHERE[name];
    const optional = required.includes(name) ? '' : ', may be missing';
    if (told !== undefined) return [[`${prefix}${name}`, `${told}${orNull(schema)}${optional}`]];
    if (schema.items?.properties !== undefined)
      return [[`${prefix}${name}`, `list${optional}`], ...fieldsOf(schema.items, `${prefix}${name}[].`)];
    return [[`${prefix}${name}`, `${typeOf(schema)}${optional}`]];
  });
}

function typeOf(schema: Schema): string {
  const { type, format, anyOf, enum: words } = schema;
  if (words !== undefined) return words.map((word) => `\`${JSON.stringify(word)}\``).join(', ');
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ');
  const name = type === undefined ? 'anything' : [type].flat().join(' or ');
  return format === 'date-time' ? 'RFC 3339' : name;
}

function orNull({ anyOf = [] }: Schema): string {
  return anyOf.some(({ type }) => type === 'null')
    ? '; null when CI never told it, or the event would be too large'
    : '';
}
