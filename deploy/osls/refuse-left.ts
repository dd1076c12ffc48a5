/** @throws Error naming what the account does not show, if there is anything */
export function refuseLeft(left: readonly string[]): void {
  if (left.length === 0) return;
  throw new Error(
    `These do not show in the account:\n${left.join('\n')}\nRun the same command again in a minute.`,
  );
}
