import type { CloudApi } from '../api/cloud-api.ts';
import { LOG_PAGE_SIZE, LOG_WINDOW_MS, MAX_LOG_ENTRIES } from '../api/limits.ts';
import { beijingTime } from './beijing-time.ts';

/** One invocation. */
export interface LogEntry {
  readonly requestId: string;
  /** As the platform writes it, in Beijing's time. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Undefined while it runs. */
  readonly succeeded: boolean | undefined;
  /** The lines it printed. */
  readonly text: string;
}

export interface LogPage {
  /** Oldest first. */
  readonly entries: readonly LogEntry[];
  /** There were more than asked for. */
  readonly truncated: boolean;
}

/** @param startMs at most a day ago: older entries are not given */
export async function readLogs(
  api: CloudApi,
  functionName: string,
  { startMs, limit }: { startMs: number; limit: number },
): Promise<LogPage> {
  const now = api.clock.now();
  const most = Math.min(limit, MAX_LOG_ENTRIES);
  const window = {
    FunctionName: functionName,
    Order: 'asc',
    OrderBy: 'start_time',
    StartTime: beijingTime(Math.max(startMs, now - LOG_WINDOW_MS)),
    EndTime: beijingTime(now),
  };
  const entries: LogEntry[] = [];
  for (;;) {
    const Limit = Math.min(LOG_PAGE_SIZE, most - entries.length);
    const { Data = [], TotalCount = 0 } = await api.read('GetFunctionLogs', functionName, (scf) =>
      scf.GetFunctionLogs({ ...window, Offset: entries.length, Limit }),
    );
    for (const { RetCode, ...found } of Data) {
      entries.push({
        requestId: found.RequestId ?? '',
        startedAt: found.StartTime ?? '',
        durationMs: found.Duration ?? 0,
        // 0 is success, 2 is under way [sdk].
        succeeded: RetCode === 2 ? undefined : RetCode === 0,
        text: found.Log ?? '',
      });
    }
    if (Data.length < Limit || entries.length >= most) {
      return { entries, truncated: TotalCount > entries.length };
    }
  }
}
