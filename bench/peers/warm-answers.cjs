// One instance that answers the same question again and again. `node warm-answers.cjs <file> <path> <count>`
const [, , file, path, count] = process.argv;
const event = { httpMethod: 'GET', path, headers: { accept: '*/*', host: 'x' }, queryString: {}, body: '' };
const context = { request_id: 'bench', time_limit_in_ms: 30_000 };
(async () => {
  const { main_handler } = require(file);
  const ask = async () => {
    const answer = JSON.stringify(await main_handler(event, context));
    if (!answer.includes('Success')) throw new Error(answer);
  };
  for (let warm = 0; warm < 200; warm += 1) await ask();
  const before = process.cpuUsage();
  for (let asked = 0; asked < Number(count); asked += 1) await ask();
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(JSON.stringify({ cpuMs: (user + system) / 1000 / Number(count) }), () =>
    process.exit(0),
  );
})();
