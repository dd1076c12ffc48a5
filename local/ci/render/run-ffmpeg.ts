import { spawn } from 'node:child_process';

export interface FfmpegResult {
  exitCode: number | null;
  /** The end of what it wrote to stderr. */
  stderr: string;
}

export interface FfmpegRun {
  signal: AbortSignal;
  /** Seconds of output written so far. */
  onSeconds?: (seconds: number) => void;
}

const MAX_STDERR = 64 * 1024;

/** Runs ffmpeg without a shell and without stdin; an abort kills it at once. Rejects only when it cannot be started. */
export function runFfmpeg(ffmpeg: string, args: readonly string[], run: FfmpegRun): Promise<FfmpegResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(ffmpeg, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: run.signal,
      killSignal: 'SIGKILL',
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_STDERR);
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const seconds = secondsIn(text);
      if (seconds !== undefined) run.onSeconds?.(seconds);
    });
    child.on('error', (error) => {
      if (error.name !== 'AbortError') reject(error);
    });
    child.on('close', (exitCode) => resolve({ exitCode, stderr }));
  });
}

/** The last `out_time=00:00:01.500000` of what `-progress` wrote. */
function secondsIn(text: string): number | undefined {
  const match = [...text.matchAll(/^out_time=(\d+):(\d\d):(\d\d\.\d+)/gm)].at(-1);
  if (match === undefined) return undefined;
  const [, hours, minutes, seconds] = match.map(Number);
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}
