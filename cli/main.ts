import { runProgram } from './program.ts';

declare const JOBWATCH_VERSION: string;

// Whoever reads no further, such as `head`, has what he wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
void runProgram(process.argv.slice(2), JOBWATCH_VERSION).then((exit) => {
  process.exitCode = exit;
});
