import { useEffect, useRef, useState } from 'preact/hooks';
import { type Address, hashOf } from '../address.ts';
import { keyOf, listQueryOf, useJobsList } from '../jobs-list.ts';
import { failureText, usePage, useText } from '../page.ts';
import { Bars } from '../parts/bars.tsx';
import { BulkBar } from '../parts/bulk-bar.tsx';
import { Counts } from '../parts/counts.tsx';
import { Filters } from '../parts/filters.tsx';
import { FirstRun } from '../parts/first-run.tsx';
import { JobsTable } from '../parts/jobs-table.tsx';
import { Notices } from '../parts/notices.tsx';
import { Picture } from '../parts/picture.tsx';
import { type Retried, RetryMany } from '../parts/retry-many.tsx';
import { JobPanel } from './job.tsx';

/** As long as there are so few jobs, somebody looks for the first time. */
const FEW_JOBS = 3;
/** Scrolled further than this, somebody reads. */
const READING_PX = 120;

export function JobsScreen({ address }: { readonly address: Address }) {
  const { overview, language, mayWrite } = usePage();
  const t = useText();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [retried, setRetried] = useState<Retried>();
  const reading = useRef(false);
  reading.current = selected.size > 0 || address.id !== '';
  const list = useJobsList(address, () => reading.current || scrollY > READING_PX);
  const { rows } = list;
  const filters = JSON.stringify(address.query);
  useEffect(() => setSelected(new Set()), [filters]);
  const { Open, Ended } = overview;
  const jobs = Object.values({ ...Open, ...Ended }).reduce((sum, number) => sum + number, 0);
  const isUnfiltered = Object.keys(address.query).length === 0;
  const isFirstRun = rows?.length === 0 && jobs === 0 && isUnfiltered;
  const first =
    jobs <= FEW_JOBS && isUnfiltered ? rows?.find(({ Outcome }) => Outcome === 'Success') : undefined;
  const open = (id: string) => {
    location.hash = hashOf('jobs', id, address.query);
  };
  const close = () => {
    location.hash = hashOf('jobs', '', address.query);
    // Where the eyes were.
    document.getElementById(`row-${address.id}`)?.focus();
  };
  const at = rows?.findIndex((row) => row.JobId === address.id) ?? -1;
  const beside = (step: number) => (at === -1 ? undefined : rows?.[at + step]?.JobId);

  return (
    <>
      <Notices />
      <section class="top">
        <Counts overview={overview} since={address.query['since'] ?? '24h'} />
        <Bars overview={overview} />
      </section>
      <Filters address={address} newCount={list.newCount} onNew={list.showNew} />
      {list.failure && <p class="bad">{failureText(list.failure, language)}</p>}
      {rows === undefined && !list.failure && <p class="dim late">{t('loading')}</p>}
      {isFirstRun && <FirstRun />}
      {rows?.length === 0 && !isFirstRun && (
        <p class="dim">
          {t('nothingFound')} <a href={hashOf('jobs')}>{t('showAll')}</a>
        </p>
      )}
      {rows && rows.length > 0 && (
        <JobsTable rows={rows} address={address} selected={selected} onSelect={setSelected} onOpen={open} />
      )}
      {first && address.id === '' && !overview.Off.includes('previews') && (
        <section class="first">
          <Picture key={first.JobId} watch={first} />
        </section>
      )}
      <p class="row middle">
        {list.newest && (
          <button type="button" onClick={list.newest}>
            {t('newest')}
          </button>
        )}
        {list.older && (
          <button type="button" onClick={list.older}>
            {t('older')}
          </button>
        )}
      </p>
      {selected.size > 0 && (
        <BulkBar
          selected={(rows ?? []).filter((row) => selected.has(keyOf(row)))}
          onRetry={(JobIds) => setRetried({ JobIds })}
          onRetryAll={() => setRetried({ Filter: filterOf(address) })}
          onClear={() => setSelected(new Set())}
        />
      )}
      {retried && mayWrite && <RetryMany what={retried} onDone={() => setRetried(undefined)} />}
      {address.id !== '' && (
        <JobPanel id={address.id} previous={beside(-1)} next={beside(1)} onOpen={open} onClose={close} />
      )}
    </>
  );
}

/** The filters of the list, for an order to submit all of it again. */
function filterOf(address: Address): NonNullable<Retried['Filter']> {
  const { open: _, ...filter } = listQueryOf(address);
  return filter;
}
