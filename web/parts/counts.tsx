import { hashOf } from '../address.ts';
import { count } from '../format.ts';
import type { Overview } from '../overview.ts';
import { usePage, useText } from '../page.ts';

/** How many jobs there are of each kind, each a link to them. */
export function Counts({ overview, since }: { readonly overview: Overview; readonly since: string }) {
  const { language } = usePage();
  const t = useText();
  const { Open, Ended, Window } = overview;
  const queued = Open.Pending + Open.Submitted + Open.Pause;
  const all = Ended.Success + Ended.Failed + Ended.Cancel + Ended.Missing;
  const inWindow = t('inWindow', { window: Window });
  const share = all === 0 ? inWindow : `${((Ended.Failed / all) * 100).toFixed(1)} %`;
  const cards = [
    [
      'run',
      { state: 'open' },
      queued + Open.Running,
      t('open'),
      t('openSplit', { queued, running: Open.Running }),
    ],
    ['ok', { state: 'Success' }, Ended.Success, t('succeeded'), inWindow],
    [Ended.Failed > 0 ? 'bad' : '', { state: 'Failed' }, Ended.Failed, t('failedCount'), share],
    [Ended.Missing > 0 ? 'bad' : '', { state: 'Missing' }, Ended.Missing, t('missing'), inWindow],
    ['', { state: 'Cancel' }, Ended.Cancel, t('canceled'), inWindow],
  ] as const;
  return (
    <div class="counts">
      {cards.map(([kind, query, number, name, below]) => (
        <a key={name} class={kind} href={hashOf('jobs', '', { ...query, since })}>
          <b>{count(number, language)}</b>
          <span>{name}</span>
          <small>{below}</small>
        </a>
      ))}
    </div>
  );
}
