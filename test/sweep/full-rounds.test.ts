import { expect, it } from 'vitest';
import { startGroupWorld } from '../worlds/group-world.ts';
import { BUCKET, REGION, TAG } from '../worlds/test-cloud.ts';

const GROUPS = 151;
const JOBS = 450;

it('more groups than one round takes leave no seat empty that another one that is due could have', async () => {
  const world = await startGroupWorld();
  await world.submit(JOBS, { ago: 600 });
  // Three jobs each; the last two groups have two and one.
  await world.sql`
    update watches w set queue_id = 'p' || lpad(n.place::text, 3, '0')
    from (select job_id, case when row = 450 then 150 else (row - 1) / 3 end as place
      from (select job_id, row_number() over (order by job_id) as row from watches) as numbered) as n
    where w.job_id = n.job_id`;
  await world.sql`delete from watch_cohorts`;
  await world.sql`
    insert into watch_cohorts (bucket, region, tag, queue_id, starts_at, next_check_at, open)
    select ${BUCKET}, ${REGION}, ${TAG}, queue_id, '-infinity',
      jobwatch_now() - (200 - substr(queue_id, 2)::int) * interval '1 second', count(*)
    from watches group by queue_id`;
  const [groups] = await world.sql`select count(*)::int as count from watch_cohorts`;
  expect(groups).toEqual({ count: GROUPS });
  expect(await world.sweep()).toMatchObject({
    claimed: JOBS,
    requests: { list: 0, describe: JOBS / 10 },
  });
});
