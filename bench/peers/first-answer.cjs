// One fresh process: loads a handler, lets it answer once, and tells what that cost. `node first-answer.cjs <file> <path>`
const [, , file, path] = process.argv;
const event = { httpMethod: 'GET', path, headers: { accept: '*/*', host: 'x' }, queryString: {}, body: '' };
const context = { request_id: 'bench', time_limit_in_ms: 30_000 };
const began = performance.now();
(async () => {
  const answer = await require(file).main_handler(event, context);
  const { user, system } = process.cpuUsage();
  const body = JSON.stringify(answer);
  if (file.includes('empty') || body.includes('Success')) {
    process.stdout.write(
      JSON.stringify({ wallMs: performance.now() - began, cpuMs: (user + system) / 1000 }),
      () => process.exit(0),
    );
  } else {
    process.stderr.write(body);
    process.exit(1);
  }
})();
