import { useState } from 'preact/hooks';
import { codeText } from '../../shared/words/words.ts';
import { type Address, hashOf } from '../address.ts';
import { listQueryOf } from '../jobs-list.ts';
import { usePage, useText } from '../page.ts';
import { Ago } from '../parts/ago.tsx';
import { type Retried, RetryMany } from '../parts/retry-many.tsx';
import { Table } from '../parts/table.tsx';
import { WindowChoice } from '../parts/window-choice.tsx';

/** Why jobs failed: by code and rule, those first that were most. */
export function FailuresScreen({ address }: { readonly address: Address }) {
  const { overview, mayWrite } = usePage();
  const t = useText();
  const [retried, setRetried] = useState<Retried>();
  const since = address.query['since'] ?? '24h';
  const codes = overview.FailureCodes;
  const filterOf = (code: string, rule: string) => {
    const query = { state: 'Failed', since, code, rule };
    const { open: _, ...filter } = listQueryOf({ ...address, query });
    return filter;
  };
  const rows = codes.map(({ Code, Rule, Count, FirstAt, LatestAt, LatestJobId }) => ({
    key: `${Code} ${Rule}`,
    cells: [
      <a key="" href={hashOf('jobs', '', { state: 'Failed', code: Code, rule: Rule, since })}>
        {Code}
      </a>,
      Rule || '–',
      Count,
      <Ago key="" at={FirstAt} />,
      <Ago key="" at={LatestAt} />,
      <Meaning key="" code={Code} />,
      <a key="" class="code" href={hashOf('jobs', LatestJobId, { state: 'Failed', since })}>
        {LatestJobId.slice(0, 9)}…
      </a>,
      mayWrite && (
        <button type="button" onClick={() => setRetried({ Filter: filterOf(Code, Rule) })}>
          {t('retryAll', { count: Count })}
        </button>
      ),
    ],
  }));
  const heads = [t('code'), t('rule'), t('count'), t('first'), t('last'), t('meaning'), t('job'), t('what')];
  return (
    <>
      <WindowChoice screen="failures" since={since} />
      {rows.length === 0 ? (
        <p class="dim">{t('noFailures')}</p>
      ) : (
        <Table heads={heads} rows={rows} wide={[3, 5]} />
      )}
      {retried && <RetryMany what={retried} onDone={() => setRetried(undefined)} />}
    </>
  );
}

function Meaning({ code }: { readonly code: string }) {
  const { language } = usePage();
  const t = useText();
  const known = codeText(language, code);
  if (known === undefined) return <span class="dim">{t('unknownCode')}</span>;
  return (
    <>
      {known.meaning} <span class="dim">{known.remedy}</span>
    </>
  );
}
