import { useEffect, useState } from 'preact/hooks';
import { clockTime, duration, utcTime } from '../format.ts';
import { usePage, useText } from '../page.ts';

/** The time, once a second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** How long ago something was; the exact time stands behind it. */
export function Ago({ at }: { readonly at: string | null | undefined }) {
  const { language } = usePage();
  const t = useText();
  const now = useNow();
  if (!at) return <>–</>;
  const seconds = Math.max(0, Math.floor((now - Date.parse(at)) / 1000));
  return (
    <time dateTime={at} title={t('utc', { time: utcTime(at) })}>
      {t('ago', { time: duration(seconds, language) })}
    </time>
  );
}

/** A time of day. */
export function Clock({ at }: { readonly at: string | null | undefined }) {
  const { language } = usePage();
  const t = useText();
  if (!at) return <>–</>;
  return (
    <time dateTime={at} title={t('utc', { time: utcTime(at) })}>
      {clockTime(at, language)}
    </time>
  );
}
