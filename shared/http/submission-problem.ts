import { Problem } from './problem.ts';

const IN_FLIGHT_RETRY_AFTER_SECONDS = 5;

/** CI may have taken the job. Each job costs money: the caller is told where to look instead of trying again. */
export function outcomeUnknown(intentId: string, reason: string): Problem {
  const location = `/watches?intent=${intentId}`;
  return new Problem(
    504,
    'OutcomeUnknown',
    `Cloud Infinite may or may not have taken the job (${reason}); it is being looked for, see GET ${location}`,
    { location },
  );
}

export function keyConflict(): Problem {
  return new Problem(
    409,
    'IdempotencyConflict',
    'Idempotency-Key: expected a new key, got one of another request',
  );
}

export function keyInFlight(): Problem {
  return new Problem(
    409,
    'InFlight',
    'Idempotency-Key: the first request with this key is not answered yet',
    {
      'retry-after': String(IN_FLIGHT_RETRY_AFTER_SECONDS),
    },
  );
}
