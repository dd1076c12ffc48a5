import { stateText } from '../../shared/words/words.ts';
import { clockTime, duration, utcTime } from '../format.ts';
import { usePage, useText } from '../page.ts';
import type { Watch } from '../watch.ts';
import { SendAgain } from './send-again.tsx';

/** What has happened, with how long after the first it was. */
export function Timeline({ watch }: { readonly watch: Watch }) {
  const { language } = usePage();
  const t = useText();
  const begun = Date.parse(watch.CreatedAt);
  const after = (iso: string) => {
    const seconds = (Date.parse(iso) - begun) / 1000;
    return seconds < 0.05
      ? clockTime(iso, language)
      : `+${duration(Math.round(seconds * 10) / 10, language)}`;
  };
  const time = (iso: string) => (
    <time class="code" dateTime={iso} title={t('utc', { time: utcTime(iso) })}>
      {after(iso)}
    </time>
  );
  const sourceText = (source: string, isFirst: boolean) => {
    if (isFirst) return watch.Rule === '' ? t('submittedByCaller') : t('submittedBy', { rule: watch.Rule });
    return source === 'callback' ? t('toldByCallback') : t('foundBy', { source });
  };
  const deliveryText = { pending: 'deliveryPending', delivered: 'delivered', dead: 'deliveryDead' } as const;
  return (
    <ol class="timeline">
      {watch.History.map(({ To, At, Source }, index) => (
        <li key={At} class={To}>
          {time(At)}
          <b>{stateText(language, To)}</b> <span class="dim">{sourceText(Source, index === 0)}</span>
        </li>
      ))}
      {watch.Deliveries.map(
        ({ Id, State, Type, Endpoint, LastStatus, LastError, Attempts, EndedAt, CreatedAt }) => (
          <li key={Id} class={`delivery ${State}`}>
            {time(EndedAt ?? CreatedAt)}
            <b>{t(deliveryText[State])}</b>{' '}
            <span class="dim">
              {`${Type} → ${Endpoint}${LastStatus === null ? '' : `, ${LastStatus}`}, ${t('attempts', { count: Attempts })}`}
              {LastError !== '' && ` (${LastError})`}
            </span>{' '}
            <SendAgain delivery={{ Id, State }} />
          </li>
        ),
      )}
    </ol>
  );
}
