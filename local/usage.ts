/** What `npm start -- --help` says. The settings are those of docs/configuration.md. */
export const USAGE = `npm start [-- --live]      everything on one machine: the functions, a local Cloud Infinite + COS, PostgreSQL
npm run dev                the same, built and reloaded when a source file or serverless.yml changes

  --live    works with the real service, with your credentials (TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY)
  --watch   what npm run dev adds
  --help    prints this

Settings are environment variables; these are its own, docs/configuration.md has them all:
  PORT          3000     the functions and the page; 0 for any free port
  CI_PORT       9000     Cloud Infinite + COS; 0 for any free port
  DATA_DIR      .local   objects, jobs and the database
  DATABASE_URL           a PostgreSQL of yours instead of the one that is started
  LOG                    json: every log entry as one line of JSON
`;
