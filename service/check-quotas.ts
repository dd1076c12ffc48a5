import { MAX_FUNCTIONS, MAX_RESERVED_MB } from './platform-limits.ts';
import type { Fail } from './service-error.ts';

interface Sized {
  readonly memorySize: number;
  readonly instances?: number;
}

/** What the platform allows to all functions together; refused at the first that is too much. */
export function checkQuotas(functions: Readonly<Record<string, Sized>>, fail: Fail): void {
  const tooMany = Object.keys(functions)[MAX_FUNCTIONS];
  if (tooMany !== undefined) fail(['functions', tooMany], `expected at most ${MAX_FUNCTIONS} functions`);
  let reservedMB = 0;
  for (const [name, { memorySize, instances = 0 }] of Object.entries(functions)) {
    reservedMB += instances * memorySize;
    if (reservedMB > MAX_RESERVED_MB) {
      fail(
        ['functions', name, 'instances'],
        `expected instances × memorySize of at most ${MAX_RESERVED_MB} MB over all functions, got ${reservedMB} MB`,
      );
    }
  }
}
