/** A job's life as the local cloud's log has it, by a clock that never jumps. */
export interface JobLife {
  readonly input: string;
  readonly output: string;
  readonly createdMs: number;
  endedMs?: number;
}

/** Reads what the local clouds print about jobs. A line that a kill has swallowed is missing. */
export class JobLog {
  readonly lives = new Map<string, JobLife>();

  read(line: string): void {
    if (!line.includes('"event":"job"')) return;
    const { jobId, input, output } = parseLine(line);
    if (jobId === undefined) return;
    const life = this.lives.get(jobId);
    if (life === undefined) {
      if (input !== undefined && output !== undefined)
        this.lives.set(jobId, { input, output, createdMs: performance.now() });
    } else {
      life.endedMs ??= performance.now();
    }
  }
}

/** What a kill has cut short tells nothing. */
function parseLine(line: string): { jobId?: string; input?: string; output?: string } {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
