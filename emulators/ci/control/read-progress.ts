import type { ProgressMode } from '../jobs/progress.ts';
import { ControlInput } from './control-input.ts';

const MODES = ['ffmpeg', 'time', 'asks'] as const;
const MAX_MS = 30 * 24 * 3_600_000;

/** `"ffmpeg"`, `{mode:"ffmpeg"}`, `{mode:"time",queuedMs,runningMs}` or `{mode:"asks",n}`. */
export function readProgress(value: unknown): ProgressMode {
  const fields = typeof value === 'string' ? { mode: value } : value;
  const input = new ControlInput(fields, 'progress', ['mode', 'queuedMs', 'runningMs', 'n']);
  const mode = input.required('mode', input.oneOf('mode', MODES));
  if (mode === 'ffmpeg') return { mode };
  if (mode === 'asks') return { mode, n: input.required('n', input.count('n', 0, 1_000_000)) };
  return {
    mode,
    queuedMs: input.required('queuedMs', input.number('queuedMs', 0, MAX_MS)),
    runningMs: input.required('runningMs', input.number('runningMs', 0, MAX_MS)),
  };
}
