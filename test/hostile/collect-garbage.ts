import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc: (options: { type: 'major'; execution: 'sync' }) => void = runInNewContext('gc');

/** What V8 does now and then by itself: whatever nobody holds is gone afterwards, weakly held signals too. */
export function collectGarbage(): void {
  gc({ type: 'major', execution: 'sync' });
}
