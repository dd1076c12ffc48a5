import type { ObjectPlace } from '../places.ts';

/** A promise that was not kept. */
export interface Violation {
  readonly promise: string;
  readonly detail: string;
  /** Whose history tells how it came about. */
  readonly object?: ObjectPlace;
}
