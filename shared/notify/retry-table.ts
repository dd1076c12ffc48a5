/** Seconds before each attempt of a delivery, as docs/delivery.md has them. After the last it is dead. */
export const ATTEMPT_GAPS_SECONDS: readonly number[] = [0, 5, 30, 120, 600, 1800, 7200, 18_000, 50_400];
