import { hashOf } from '../address.ts';
import { clockTime, count, duration } from '../format.ts';
import { usePage, useText } from '../page.ts';
import { useNow } from './ago.tsx';
import { SWEEP_LATE_SECONDS } from './header.tsx';

/** What somebody should look at. */
export function Notices() {
  const { overview, language } = usePage();
  const t = useText();
  const now = useNow();
  const { Rules, Endpoints, Sweep, Rate, Off } = overview;
  const notices: { title: string; text: string; href: string }[] = [];
  for (const rule of Rules) {
    const href = hashOf('rules');
    if (rule.BrakedSince !== null) {
      const values = {
        jobs: count(rule.JobsThisHour, language),
        limit: rule.MaxJobsPerHour ?? '–',
        waiting: count(rule.Waiting, language),
      };
      notices.push({ title: t('braked', { rule: rule.Name }), text: t('brakedWhy', values), href });
    } else if (rule.Paused) {
      notices.push({ title: t('paused', { rule: rule.Name }), text: '', href });
    }
  }
  for (const { Name, DisabledAt, Pending, Dead } of Endpoints) {
    if (DisabledAt === null) continue;
    const title = t('endpointOff', { name: Name, pending: Pending, dead: Dead });
    notices.push({ title, text: '', href: hashOf('deliveries') });
  }
  const sweptSeconds = Sweep ? Math.floor((now - Date.parse(Sweep.At)) / 1000) : undefined;
  if (sweptSeconds !== undefined && sweptSeconds >= SWEEP_LATE_SECONDS) {
    const ago = t('ago', { time: duration(sweptSeconds, language) });
    notices.push({ title: t('sweepLate', { ago }), text: '', href: hashOf('system') });
  }
  if (Rate.SlowUntil !== null && Date.parse(Rate.SlowUntil) > now) {
    const time = clockTime(Rate.SlowUntil, language);
    notices.push({ title: t('slow', { rate: Rate.PerSecond, time }), text: '', href: hashOf('system') });
  }
  if (Off.includes('previews')) notices.push({ title: t('previewsOff'), text: '', href: hashOf('system') });
  return (
    <>
      {notices.map(({ title, text, href }) => (
        <p key={title} class="notice">
          <b>{title}</b> {text} <a href={href}>{t('look')}</a>
        </p>
      ))}
    </>
  );
}
