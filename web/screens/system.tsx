import { bytes } from '../format.ts';
import { useAnswer, usePage, useText } from '../page.ts';
import { Ago, Clock } from '../parts/ago.tsx';
import { Pairs } from '../parts/pairs.tsx';
import { Table } from '../parts/table.tsx';

const ACTS = 50;

export function SystemScreen() {
  const { api, overview } = usePage();
  const t = useText();
  const { value: acts } = useAnswer(
    async () => (await api.listActs({ query: { limit: ACTS } })).body.Acts,
    [api, overview.Version],
  );
  const { value: index } = useAnswer(async () => (await api.getIndex({})).body, [api]);
  const { Rate, Store, Sweep, Off, Access, Rules } = overview;
  const buckets = [...new Set(Rules.map(({ Bucket, Region }) => `${Bucket} · ${Region}`))];
  const rows = (acts ?? []).map(({ Id, At, By, Act, Subject, Result }) => ({
    key: Id,
    cells: [<Ago key="" at={At} />, By, Act, Subject, Result],
  }));
  return (
    <>
      <section class="card">
        <Pairs
          of={[
            [t('version'), index?.Version ?? '–'],
            [t('lastSweep'), <Ago key="" at={Sweep?.At} />],
            [t('rate'), t('of', { count: Rate.PerSecond, limit: Rate.MostPerSecond })],
            [t('slowUntil'), Rate.SlowUntil === null ? undefined : <Clock key="" at={Rate.SlowUntil} />],
            [t('buckets'), buckets.join(', ') || '–'],
            [t('store'), t('kept', { size: bytes(Store.Bytes), days: Store.RetentionDays })],
            [t('switchedOff'), Off.join(', ') || t('nothingOff')],
            [t('access'), t(Access === 'write' ? 'accessWrite' : 'accessRead')],
            [
              t('documents'),
              <span key="" class="row">
                {['openapi.json', 'problems', 'healthz'].map((name) => (
                  <a key={name} href={`/${name}`}>
                    {name}
                  </a>
                ))}
              </span>,
            ],
          ]}
        />
      </section>
      <h2>{t('acts')}</h2>
      {acts?.length === 0 && <p class="dim">{t('noActs')}</p>}
      {rows.length > 0 && (
        <Table heads={[t('when'), t('who'), t('what'), t('onWhat'), t('result')]} rows={rows} wide={[4]} />
      )}
    </>
  );
}
