import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** What V8 does now and then by itself: whatever nobody holds is gone afterwards, weakly held signals too. */
export const collectGarbage: () => void = runInNewContext('gc');
