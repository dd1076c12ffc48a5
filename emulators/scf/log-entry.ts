import type { InvokeFailure } from './failures.ts';

/** What the runtime has to tell, as values: whoever started it decides how it looks. */
export type LogEntry =
  /** A line that a function printed. `requestId` is absent between events. */
  | { kind: 'line'; functionName: string; requestId?: string; text: string }
  /** The end of one event, like the platform's REPORT line. */
  | {
      kind: 'report';
      functionName: string;
      requestId: string;
      durationMs: number;
      peakMemoryBytes: number;
      memoryLimitMb: number;
      failure?: InvokeFailure;
    }
  /** An asynchronous event that failed and will be handed over again, or is given up. */
  | { kind: 'retry'; functionName: string; attempt: number; delayMs: number }
  | { kind: 'dropped'; functionName: string; attempts: number; cause: 'failures' | 'age' }
  /** One HTTP request at the gateway. `functionName` is absent when the gateway answered it itself. */
  | {
      kind: 'request';
      method: string;
      path: string;
      status: number;
      durationMs: number;
      functionName?: string;
    };

export type Log = (entry: LogEntry) => void;
