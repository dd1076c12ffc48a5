import pLimit from 'p-limit';

/**
 * Runs tasks a few at a time. After the first that fails none is begun any more, and its error is thrown when those
 * under way have ended: nothing goes on behind the back of whoever is told of it.
 */
export async function runTogether<T>(atOnce: number, tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const limit = pLimit(atOnce);
  const errors: unknown[] = [];
  const results: T[] = [];
  const run = async (task: () => Promise<T>, index: number) => {
    if (errors.length > 0) return;
    try {
      results[index] = await task();
    } catch (error) {
      errors.push(error);
    }
  };
  await Promise.all(tasks.map((task, index) => limit(run, task, index)));
  if (errors.length > 0) throw errors[0];
  return results;
}
