import type { Timer } from '../../service/service.ts';

/** What a timer hands to its function [doc 583/9708]. */
export interface TimerEvent {
  readonly Type: 'Timer';
  readonly TriggerName: string;
  /** RFC 3339 in UTC, whole seconds. */
  readonly Time: string;
  readonly Message: string;
}

/** @param atMs the tick's own time, however late it is; unix milliseconds */
export function timerEvent({ name, argument }: Timer, atMs: number): TimerEvent {
  const time = new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return { Type: 'Timer', TriggerName: name, Time: time, Message: argument };
}
