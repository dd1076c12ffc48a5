import { toNumber, type Watch } from '../watch.ts';
import type { PlacedIntent } from './select-intents.ts';

/**
 * A watch in a list. A submission whose job is not known yet has its Intent, no JobId, and State Pending; one that was
 * never posted because a newer version of its object came has State Superseded; one that CI refused in the end has State
 * Refused, one that somebody took back Canceled; these are shown to whoever asks for their intent.
 */
export type ListedWatch = Watch & { Intent: string };

/** A submission without a job as a row of the list. */
export function toListed(row: PlacedIntent): ListedWatch {
  const { request, settled_at } = row;
  const input = request.Input ?? {};
  const output = request.Operation[0]?.Output ?? {};
  return {
    Intent: row.id,
    JobId: '',
    Bucket: row.bucket,
    Region: row.region,
    Tag: request.Tag,
    QueueId: request.QueueId ?? '',
    State: row.listed_as,
    Outcome: '',
    Code: '',
    Message: '',
    Progress: null,
    Source: row.source,
    Rule: row.rule,
    Rendition: row.rendition,
    Try: row.attempt,
    Input: input,
    // The release before writes the request alone.
    InputKey: row.input_key ?? input.Object ?? '',
    InputBytes: toNumber(row.input_bytes),
    Output: output,
    OutputKey: row.output_key ?? output.Object ?? '',
    OutputBytes: null,
    Seconds: null,
    LastError: row.last_error,
    CreatedAt: row.created_at.toISOString(),
    NextCheckAt: settled_at === null ? (row.next_try_at?.toISOString() ?? null) : null,
    EndedAt: settled_at?.toISOString() ?? null,
    RetryOf: row.retry_of ?? '',
    RetriedAs: row.retried_as ?? '',
  };
}
