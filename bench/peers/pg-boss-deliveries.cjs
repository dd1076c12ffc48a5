// What somebody writes with pg-boss: takes so many jobs at a time, posts each, and completes them together, with eight
// connections of each kind. It keeps no order, and nothing bounds what several instances send at once.
// `node pg-boss-deliveries.cjs <database> <receiver> <jobs> <bytes> <at a time>`
const http = require('node:http');
const PgBoss = require('pg-boss');

const CONNECTIONS = 8;
const QUEUE = 'deliveries';
const [, , connectionString, receiver, jobs, bytes, batchSize] = process.argv;
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function post(data) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const request = http.request(receiver, { method: 'POST', agent, headers }, (response) => {
      response
        .resume()
        .once('end', () => (response.statusCode === 204 ? resolve() : reject(new Error('refused'))));
    });
    request.once('error', reject).end(JSON.stringify(data));
  });
}

(async () => {
  const boss = new PgBoss({ connectionString, max: CONNECTIONS, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue(QUEUE);
  const data = { Watch: {}, Job: 'x'.repeat(Number(bytes)) };
  const waiting = Array.from({ length: Number(jobs) }, () => ({ name: QUEUE, data }));
  // The measurement begins when this is answered. The events are there; what is to be delivered is written down first, as
  // deliver does.
  await new Promise((resolve) => {
    process.once('message', resolve);
    process.send('ready');
  });
  const beganMs = performance.now();
  await boss.insert(waiting);
  let delivered = 0;
  for (;;) {
    const taken = await boss.fetch(QUEUE, { batchSize: Number(batchSize) });
    if (taken.length === 0) break;
    await Promise.all(taken.map((job) => post(job.data)));
    await boss.complete(
      QUEUE,
      taken.map(({ id }) => id),
    );
    delivered += taken.length;
  }
  const wallMs = performance.now() - beganMs;
  process.send({ wallMs, delivered }, () => process.exit(0));
})();
