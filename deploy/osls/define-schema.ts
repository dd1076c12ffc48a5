import { functionSchema } from '../../service/function-schema.ts';
import { serviceSchema } from '../../service/service-schema.ts';
import { TRIGGER_KINDS } from '../../service/triggers-schema.ts';
import type { JsonSchemas, SchemaHandler } from './osls.ts';

/** Every function and provider has these: osls adds them itself. */
const KNOWN_TO_OSLS = ['name', 'events'];

/**
 * Tells osls which keys there are. What may stand there has been checked by `readService` when osls looks, with better
 * messages.
 */
export function defineSchema(handler: SchemaHandler): void {
  handler.defineProvider('tencent', {
    provider: { properties: acceptAnything(Object.keys(serviceSchema.entries.provider.entries)) },
    function: { properties: acceptAnything(Object.keys(functionSchema.entries)) },
    functionEvents: acceptAnything(TRIGGER_KINDS),
  });
}

function acceptAnything(keys: readonly string[]): JsonSchemas {
  return Object.fromEntries(keys.filter((key) => !KNOWN_TO_OSLS.includes(key)).map((key) => [key, {}]));
}
