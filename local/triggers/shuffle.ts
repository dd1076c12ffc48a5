/** The same things in another order: Fisher and Yates, by the random numbers given (0 to 1). */
export function shuffle<T>(list: readonly T[], random: () => number): T[] {
  const left = [...list];
  const shuffled: T[] = [];
  while (left.length > 0) shuffled.push(...left.splice(Math.floor(random() * left.length), 1));
  return shuffled;
}
