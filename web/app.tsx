import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { createApi } from '../client/client.ts';
import type { Language } from '../shared/words/words.ts';
import { type Address, readAddress } from './address.ts';
import { useOverview, type Window } from './overview.ts';
import { PageContext, translate } from './page.ts';
import { Header } from './parts/header.tsx';
import { Stale } from './parts/stale.tsx';
import { useRemembered } from './remembered.ts';
import { DeliveriesScreen } from './screens/deliveries.tsx';
import { FailuresScreen } from './screens/failures.tsx';
import { Gate, NoStore, Unanswered } from './screens/instead.tsx';
import { IntentScreen } from './screens/intent.tsx';
import { JobsScreen } from './screens/jobs.tsx';
import { RulesScreen } from './screens/rules.tsx';
import { SystemScreen } from './screens/system.tsx';

/** What was said last goes away by itself. */
const SAID_MS = 8000;

const SCREENS = {
  jobs: JobsScreen,
  failures: FailuresScreen,
  deliveries: DeliveriesScreen,
  rules: RulesScreen,
  system: SystemScreen,
  intents: IntentScreen,
} as const;

export function App() {
  const address = useAddress();
  const [token, setToken] = useRemembered(() => sessionStorage, 'jobwatch.token', '');
  const [language, setLanguage] = useLanguage();
  const [theme, setTheme] = useRemembered(() => localStorage, 'jobwatch.theme', '');
  const [said, say] = useSaid();
  const shown = useRef(token);
  shown.current = token;
  const api = useMemo(
    () =>
      createApi({
        url: location.origin,
        token: () => (shown.current === '' ? undefined : shown.current),
        // The page's own, or it would be called without its window.
        fetch: (input, init) => fetch(input, init),
      }),
    [token],
  );
  const watched = useOverview(api, windowOf(address));
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const { overview, failure, askNow } = watched;
  const t = translate(language);
  const Screen = SCREENS[address.screen as keyof typeof SCREENS] ?? JobsScreen;

  let content = <p class="dim late">{t('loading')}</p>;
  if (failure?.status === 401) content = <Gate language={language} wrong={token !== ''} onToken={setToken} />;
  else if (failure?.code === 'NoStore') content = <NoStore language={language} api={api} {...watched} />;
  else if (overview === undefined && failure)
    content = <Unanswered language={language} {...watched} failure={failure} />;
  else if (overview) {
    const page = { api, language, overview, mayWrite: overview.Access === 'write', say, askNow };
    content = (
      <PageContext.Provider value={page}>
        {failure && <Stale {...watched} />}
        <div class={failure ? 'stale' : ''}>
          {!page.mayWrite && <p class="notice plain">{t('readOnly')}</p>}
          <Screen address={address} />
        </div>
      </PageContext.Provider>
    );
  }
  return (
    <>
      <Header
        screen={address.screen}
        language={language}
        overview={overview}
        hasToken={token !== ''}
        onLanguage={setLanguage}
        onTheme={() => setTheme(isDark(theme) ? 'light' : 'dark')}
        onForget={() => setToken('')}
      />
      <main>{content}</main>
      <div class={said === '' ? 'said none' : 'said'} role="status" aria-live="polite">
        {said}
      </div>
    </>
  );
}

function useAddress(): Address {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = () => setHash(location.hash);
    addEventListener('hashchange', onChange);
    // It may have changed since the page was drawn first.
    onChange();
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return useMemo(() => readAddress(hash), [hash]);
}

function useLanguage(): [Language, (language: Language) => void] {
  const [kept, keep] = useRemembered(() => localStorage, 'jobwatch.language', '');
  const asked = kept === '' ? navigator.language : kept;
  const language: Language = asked.startsWith('zh') ? 'zh' : 'en';
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  return [language, keep];
}

function useSaid(): [string, (text: string) => void] {
  const [said, setSaid] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const say = useCallback((text: string) => {
    clearTimeout(timer.current);
    setSaid(text);
    timer.current = setTimeout(() => setSaid(''), SAID_MS);
  }, []);
  return [said, say];
}

function windowOf({ query }: Address): Window {
  const { since = '24h' } = query;
  return since === '1h' || since === '7d' || since === '30d' ? since : '24h';
}

function isDark(theme: string): boolean {
  return theme === 'dark' || (theme === '' && matchMedia('(prefers-color-scheme: dark)').matches);
}
