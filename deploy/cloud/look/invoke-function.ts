import type { CloudApi } from '../api/cloud-api.ts';
import { INVOKE_SLACK_S } from '../api/limits.ts';
import { LATEST } from '../state/trigger.ts';

export interface InvokeResult {
  /** What the function threw, or why the platform stopped it; undefined when it returned. */
  readonly error: string | undefined;
  /** What it returned, as JSON text. */
  readonly result: string;
  /** The end of what it printed. */
  readonly log: string;
  readonly durationMs: number;
  readonly requestId: string;
}

/**
 * Runs a function and waits for what it returns. It is called once: an error of the network leaves open whether it ran.
 *
 * @param timeoutS the function's own
 */
export async function invokeFunction(
  api: CloudApi,
  functionName: string,
  timeoutS: number,
  event: unknown,
): Promise<InvokeResult> {
  const { Result = {} } = await api.run('Invoke', functionName, timeoutS + INVOKE_SLACK_S, (scf) =>
    scf.Invoke({
      FunctionName: functionName,
      InvocationType: 'RequestResponse',
      LogType: 'Tail',
      Qualifier: LATEST,
      ClientContext: JSON.stringify(event),
    }),
  );
  const failed = (Result.InvokeResult ?? 0) !== 0 || (Result.ErrMsg ?? '') !== '';
  return {
    error: failed ? Result.ErrMsg || `the platform's result is ${Result.InvokeResult}` : undefined,
    result: Result.RetMsg ?? '',
    log: Result.Log ?? '',
    durationMs: Result.Duration ?? 0,
    requestId: Result.FunctionRequestId ?? '',
  };
}
