/**
 * Events a second to one endpoint and to twenty, and the peak resident memory of deliver's bundle in an instance of its
 * own while it holds events as large as they may be. The endpoints answer at once.
 */
import { startDelivering } from './delivering.ts';

const LOADS = [
  { endpoints: 1, events: 2000, bytes: 3000, answersAfterMs: 0 },
  { endpoints: 1, events: 1000, bytes: 3000, answersAfterMs: 50 },
  { endpoints: 20, events: 200, bytes: 3000, answersAfterMs: 0 },
  { endpoints: 1, events: 200, bytes: 250_000, answersAfterMs: 0 },
  { endpoints: 20, events: 60, bytes: 250_000, answersAfterMs: 0 },
];
const LIMIT_MB = 96;

const world = await startDelivering();
try {
  for (const load of LOADS) await measure(load);
} finally {
  await world.close();
}

async function measure({ endpoints, events, bytes, answersAfterMs }: (typeof LOADS)[number]): Promise<void> {
  world.answerAfter(answersAfterMs);
  await world.fill(events, bytes);
  const deliver = await world.startDeliver(endpoints);
  const { result, walBytes } = await world.withWal(() => deliver.run());
  await deliver.close();
  const { value, durationMs, peakMb } = result;
  const delivered = Number(Object(value)['delivered']);
  const perSecond = Math.round((delivered * 1000) / durationMs);
  console.log(
    `${endpoints} endpoints that answer after ${answersAfterMs} ms, ${events} events of ${bytes} bytes: ${delivered} delivered in ${Math.round(durationMs)} ms, ${perSecond} a second, ${(walBytes / 1000 / delivered).toFixed(1)} KB of WAL each, ${peakMb.toFixed(1)} MB at most`,
  );
  if (delivered !== endpoints * events || peakMb >= LIMIT_MB) {
    console.error(`expected all of them in less than ${LIMIT_MB} MB`);
    process.exitCode = 1;
  }
}
