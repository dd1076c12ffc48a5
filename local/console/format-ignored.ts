import * as v from 'valibot';
import { printable } from './format-received.ts';

/** What on-object logs of an object that lies where a rule is for it, and is not taken. */
const ignoredSchema = v.object({
  message: v.literal('object'),
  code: v.literal('NotTaken'),
  key: v.string(),
  reason: v.string(),
});

/** `ignored clips/x.txt: no rule takes .txt`; nothing for any other line. */
export function formatIgnored(logged: unknown): string | undefined {
  const parsed = v.safeParse(ignoredSchema, logged);
  return parsed.success ? printable(`ignored ${parsed.output.key}: ${parsed.output.reason}`) : undefined;
}
