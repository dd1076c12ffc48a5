import type { Watched } from '../overview.ts';
import { failureText, usePage, useText } from '../page.ts';
import { useNow } from './ago.tsx';

/** What is shown is old: since when, why, and when it will be asked again. */
export function Stale({ failure, answeredAt, nextAt, askNow }: Watched) {
  const { language } = usePage();
  const t = useText();
  const now = useNow();
  if (failure === undefined) return null;
  return (
    <p class="notice" role="status">
      <b>{t('stale', { seconds: Math.round((now - answeredAt) / 1000) })}</b>
      <span>{failureText(failure, language)}</span>
      <span>{t('again', { seconds: Math.max(0, Math.ceil((nextAt - now) / 1000)) })}</span>
      <button type="button" onClick={askNow}>
        {t('now')}
      </button>
    </p>
  );
}
