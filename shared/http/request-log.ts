import { InvalidField } from '../ci/invalid-field.ts';
import type { Clock } from '../clock.ts';
import type { MiddyRequest } from './middy-request.ts';

/** As much as of every text from outside. */
const MAX_PATH = 200;

/** What a caller sent wrongly may be a secret put into the wrong place: the field is named, its value is not. */
function reasonOf(failure: Error): string {
  return failure instanceof InvalidField ? `${failure.field}: refused` : failure.message;
}

/** One line per request: what came, what went back, and what CI was asked in between. No header, no body, no query. */
export function requestLog(clock: Clock) {
  const started = new WeakMap<object, number>();
  const write = (request: MiddyRequest) => {
    const { event, context, response } = request;
    const { exchanges, log } = context;
    const failure = request.error;
    log.info('request', {
      method: event.httpMethod,
      path: event.path.slice(0, MAX_PATH),
      status: response?.statusCode,
      durationMs: clock.now() - (started.get(context) ?? clock.now()),
      ci: exchanges,
      ...(failure ? { error: reasonOf(failure) } : {}),
    });
  };
  return {
    before: ({ context }: MiddyRequest) => {
      started.set(context, clock.now());
    },
    after: write,
    onError: write,
  };
}
