/** Seconds between the attempts of one delivery; the first is made at once. After the last it is dead. docs/delivery.md */
export const ATTEMPT_GAPS_SECONDS: readonly number[] = [0, 5, 30, 120, 600, 1800, 7200, 18_000, 50_400];
