import { clockTime, count, duration } from '../format.ts';
import type { Overview } from '../overview.ts';
import { usePage, useText } from '../page.ts';

const WIDTH = 480;
const HEIGHT = 60;

/** How many jobs ended in each step of the window, those that failed in another colour; said in a sentence as well. */
export function Bars({ overview }: { readonly overview: Overview }) {
  const { language } = usePage();
  const t = useText();
  const { Points, StepSeconds } = overview.Series;
  const totals = Points.map(({ Success, Failed, Cancel, Missing }) => Success + Failed + Cancel + Missing);
  const most = Math.max(1, ...totals);
  const step = WIDTH / Math.max(1, Points.length);
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  const summary = t('barsSummary', {
    window: overview.Window,
    ended: count(sum(totals), language),
    failed: count(sum(Points.map(({ Failed }) => Failed)), language),
    most: totals.length === 0 ? 0 : Math.max(...totals),
  });
  const [first, last] = [Points[0], Points.at(-1)];
  const busiest = Points.filter(({ MedianSeconds }) => MedianSeconds !== null);
  const latest = busiest.at(-1);
  return (
    <figure class="bars">
      <figcaption>
        <span>{t('endedPer', { step: duration(StepSeconds, language) })}</span>
        {latest && (
          <span>
            {t('median', {
              median: duration(latest.MedianSeconds, language),
              p95: duration(latest.P95Seconds, language),
            })}
          </span>
        )}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={summary}>
        {Points.map(({ At, Failed, Missing }, index) => (
          <g key={At}>
            <Bar at={index * step} width={step} share={(totals[index] ?? 0) / most} kind="good" />
            <Bar at={index * step} width={step} share={(Failed + Missing) / most} kind="bad" />
          </g>
        ))}
      </svg>
      <div class="ends dim">
        <span>{first && clockTime(first.At, language)}</span>
        <span>{last && clockTime(last.At, language)}</span>
      </div>
    </figure>
  );
}

interface BarProps {
  readonly at: number;
  readonly width: number;
  readonly share: number;
  readonly kind: 'good' | 'bad';
}

function Bar({ at, width, share, kind }: BarProps) {
  if (share === 0) return null;
  // What is there at all is seen.
  const height = Math.max(1.5, share * HEIGHT);
  return <rect class={kind} x={at + width * 0.1} y={HEIGHT - height} width={width * 0.8} height={height} />;
}
