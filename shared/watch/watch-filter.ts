export interface WatchFilter {
  readonly state?: string;
  readonly outcome?: string;
  readonly rule?: string;
  readonly intent?: string;
  readonly limit: number;
  /** where the page before ended */
  readonly cursor?: string;
}
