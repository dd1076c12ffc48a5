import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from '../client/client.ts';
import type { components } from '../client/schema.d.ts';
import { type Failure, failureOf } from './failure.ts';

export type Overview = components['schemas']['Overview'];
export type Window = Overview['Window'];

/** Between two questions while something is open, while nothing is, and after one that failed. */
const BUSY_MS = 2000;
const QUIET_MS = 10_000;
const FAILED_MS = 5000;

export interface Watched {
  readonly overview: Overview | undefined;
  /** of the last question, if it failed */
  readonly failure: Failure | undefined;
  /** of the last one that was answered */
  readonly answeredAt: number;
  /** when it will be asked again after a failure */
  readonly nextAt: number;
  readonly askNow: () => void;
}

/** Asks how everything stands, again and again as long as somebody looks: a tab that is not seen asks nothing. */
export function useOverview(api: Api, window: Window): Watched {
  const [state, setState] = useState<Omit<Watched, 'askNow'>>({
    overview: undefined,
    failure: undefined,
    answeredAt: 0,
    nextAt: 0,
  });
  const asking = useRef<() => void>(() => undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort = new AbortController();
    const ask = async () => {
      clearTimeout(timer);
      abort.abort();
      abort = new AbortController();
      const { signal } = abort;
      let waitMs = QUIET_MS;
      try {
        const { body } = await api.getOverview({ query: { window }, signal });
        if (signal.aborted) return;
        const { Pending, Submitted, Running } = body.Open;
        if (Pending + Submitted + Running > 0) waitMs = BUSY_MS;
        setState({ overview: body, failure: undefined, answeredAt: Date.now(), nextAt: 0 });
      } catch (error) {
        if (signal.aborted) return;
        const failure = failureOf(error);
        // Who has no token is asked for one, and asks again then.
        if (failure.status === 401) return setState((old) => ({ ...old, overview: undefined, failure }));
        waitMs = (failure.retryAfterSeconds ?? FAILED_MS / 1000) * 1000;
        setState((old) => ({ ...old, failure, nextAt: Date.now() + waitMs }));
      }
      if (!document.hidden) timer = setTimeout(ask, waitMs);
    };
    const onVisibility = () => (document.hidden ? clearTimeout(timer) : void ask());
    asking.current = () => void ask();
    document.addEventListener('visibilitychange', onVisibility);
    void ask();
    return () => {
      clearTimeout(timer);
      abort.abort();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [api, window]);
  const askNow = useCallback(() => asking.current(), []);
  return { ...state, askNow };
}
