import type { DeliveryVerdict } from './webhook/verdict.ts';

/** An attempt that has ended, and what it means for its delivery. */
export interface EndedAttempt {
  /** the delivery's */
  readonly id: string;
  readonly verdict: DeliveryVerdict;
}

/** The attempts of one run at one endpoint: those under way, and those that have ended and are not recorded yet. */
export class EndpointAttempts {
  private readonly running = new Set<Promise<DeliveryVerdict>>();
  private readonly ended: EndedAttempt[] = [];
  private anyBegun = false;

  get underWay(): number {
    return this.running.size;
  }

  /** Some wait to be recorded. */
  get hasEnded(): boolean {
    return this.ended.length > 0;
  }

  get hasBegun(): boolean {
    return this.anyBegun;
  }

  /** @param verdict never rejects. Resolves with it once the attempt is under way no more. */
  begin(id: string, verdict: Promise<DeliveryVerdict>): Promise<DeliveryVerdict> {
    this.anyBegun = true;
    const attempt: Promise<DeliveryVerdict> = verdict.then((known) => {
      this.ended.push({ id, verdict: known });
      this.running.delete(attempt);
      return known;
    });
    this.running.add(attempt);
    return attempt;
  }

  /** Takes at most so many of those that have ended, the first ones first: they are to be recorded, or put back. */
  takeEnded(most: number): EndedAttempt[] {
    return this.ended.splice(0, most);
  }

  putBack(attempts: readonly EndedAttempt[]): void {
    this.ended.unshift(...attempts);
  }

  /** Resolves when one of those under way has ended. */
  async oneEnds(): Promise<void> {
    await Promise.race(this.running);
  }

  async allEnd(): Promise<void> {
    await Promise.allSettled(this.running);
  }
}
