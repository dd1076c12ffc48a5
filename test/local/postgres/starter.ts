/** Starts the server on the folder it is given, prints where it is, and closes it at the end of its input. */
import { once } from 'node:events';
import { startPostgres } from '../../../local/postgres/start-postgres.ts';
import { isOneSentence } from '../../../local/start-error.ts';

const [dataDir = ''] = process.argv.slice(2);
try {
  const { url, pid, close } = await startPostgres({ dataDir });
  console.log(JSON.stringify({ url, pid }));
  process.stdin.on('data', () => process.exit(0));
  await once(process.stdin, 'end');
  await close();
} catch (error) {
  if (!isOneSentence(error)) throw error;
  console.log(JSON.stringify({ refusal: error.message }));
}
