import { functionSchema } from '../../service/function-schema.ts';
import { serviceSchema } from '../../service/service-schema.ts';
import { TRIGGER_KINDS } from '../../service/triggers-schema.ts';
import type { JsonSchemas, SchemaHandler } from './osls.ts';

/** Known to osls already. */
const OF_OSLS = ['name', 'events'];

/**
 * Tells osls which keys there are. What may stand there has been checked by `readService` when osls looks, with better
 * messages.
 */
export function defineSchema(handler: SchemaHandler): void {
  handler.defineProvider('tencent', {
    provider: { properties: anything(Object.keys(serviceSchema.entries.provider.entries)) },
    function: { properties: anything(Object.keys(functionSchema.entries)) },
    functionEvents: anything(TRIGGER_KINDS),
  });
}

function anything(keys: readonly string[]): JsonSchemas {
  return Object.fromEntries(keys.filter((key) => !OF_OSLS.includes(key)).map((key) => [key, {}]));
}
