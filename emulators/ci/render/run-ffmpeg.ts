import { spawn } from 'node:child_process';

export interface FfmpegResult {
  /** null when it was aborted. */
  exitCode: number | null;
  /** The end of what it wrote to stderr. */
  stderr: string;
}

export interface FfmpegRun {
  signal: AbortSignal;
  /** Seconds of output written so far. */
  onSeconds?: (seconds: number) => void;
  /** Given the process once it runs; the returned function hears that it has ended. */
  onProcess?: OnProcess | undefined;
}

/** Answers for a process, so that it does not outlive this one; the returned function says that it has ended. */
export type OnProcess = (pid: number) => () => void;

/** ffmpeg was killed, and not by us: that says nothing of the clip. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
}

const MAX_STDERR = 64 * 1024;

/**
 * Runs ffmpeg without a shell and without stdin; an abort kills it at once. It is in a process group of its own, since
 * Ctrl-C in a terminal reaches all of ours, and a job must not fail of that. Rejects when it cannot be started.
 *
 * @throws Interruption when somebody else has killed it
 */
export function runFfmpeg(ffmpeg: string, args: readonly string[], run: FfmpegRun): Promise<FfmpegResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(ffmpeg, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: run.signal,
      killSignal: 'SIGKILL',
      detached: process.platform !== 'win32',
    });
    const ended = child.pid === undefined ? undefined : run.onProcess?.(child.pid);
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
    child.on('exit', () => ended?.());
    child.on('close', (exitCode, signal) => {
      if (signal === null || run.signal.aborted) resolve({ exitCode, stderr });
      else reject(new Interruption(`ffmpeg was killed by ${signal}`));
    });
  });
}

/** The last `out_time=00:00:01.500000` of what `-progress` wrote. */
function secondsIn(text: string): number | undefined {
  const match = [...text.matchAll(/^out_time=(\d+):(\d\d):(\d\d\.\d+)/gm)].at(-1);
  if (match === undefined) return undefined;
  const [, hours, minutes, seconds] = match.map(Number);
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}
