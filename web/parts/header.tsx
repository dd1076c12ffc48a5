import type { Language } from '../../shared/words/words.ts';
import { hashOf } from '../address.ts';
import { duration } from '../format.ts';
import type { Overview } from '../overview.ts';
import { translate } from '../page.ts';
import { useNow } from './ago.tsx';

/** A sweep comes every ten seconds: so many without one, and somebody should look. */
export const SWEEP_LATE_SECONDS = 100;

interface HeaderProps {
  readonly screen: string;
  readonly language: Language;
  readonly overview: Overview | undefined;
  readonly hasToken: boolean;
  readonly onLanguage: (language: Language) => void;
  readonly onTheme: () => void;
  readonly onForget: () => void;
}

export function Header({ screen, language, overview, hasToken, onLanguage, onTheme, onForget }: HeaderProps) {
  const t = translate(language);
  const dead = overview?.Endpoints.reduce((sum, { Dead }) => sum + Dead, 0) ?? 0;
  const counts: Readonly<Record<string, number>> = {
    failures: overview?.Ended.Failed ?? 0,
    deliveries: dead,
  };
  return (
    <header>
      <h1>
        <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
          <rect x="1.5" y="3.5" width="17" height="13" rx="3" class="stroke" />
          <path d="M8 7.2v5.6l4.6-2.8z" class="fill" />
        </svg>
        Jobwatch
      </h1>
      <nav aria-label={t('screens')}>
        {(['jobs', 'failures', 'deliveries', 'rules', 'system'] as const).map((name) => (
          <a key={name} href={hashOf(name)} aria-current={screen === name ? 'page' : undefined}>
            {t(name)}
            {(counts[name] ?? 0) > 0 && <b class="bad"> {counts[name]}</b>}
          </a>
        ))}
      </nav>
      <span class="spacer" />
      {overview && <Health language={language} overview={overview} />}
      <button
        type="button"
        class="quiet"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => onLanguage(language === 'zh' ? 'en' : 'zh')}
      >
        {t('language')}
      </button>
      <button type="button" class="quiet" aria-label={t('theme')} title={t('theme')} onClick={onTheme}>
        ◐
      </button>
      {hasToken && (
        <button type="button" class="quiet" onClick={onForget}>
          {t('forget')}
        </button>
      )}
    </header>
  );
}

function Health({ language, overview }: { readonly language: Language; readonly overview: Overview }) {
  const t = translate(language);
  const now = useNow();
  const sweptSeconds = overview.Sweep ? Math.max(0, (now - Date.parse(overview.Sweep.At)) / 1000) : undefined;
  const isWell = sweptSeconds !== undefined && sweptSeconds < SWEEP_LATE_SECONDS;
  const swept =
    sweptSeconds === undefined
      ? t('neverSwept')
      : t('swept', { ago: t('ago', { time: duration(Math.floor(sweptSeconds), language) }) });
  const oldest = overview.OldestOpen
    ? ` · ${t('oldestOpen', { time: duration(overview.OldestOpen.AgeSeconds, language) })}`
    : '';
  return <span class={isWell ? 'chip ok' : 'chip warn'}>{swept + oldest}</span>;
}
