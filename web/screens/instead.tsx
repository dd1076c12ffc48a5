import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from '../../client/client.ts';
import type { Language } from '../../shared/words/words.ts';
import { type Failure, failureOf } from '../failure.ts';
import type { Watched } from '../overview.ts';
import { failureText, translate } from '../page.ts';
import { useNow } from '../parts/ago.tsx';

interface GateProps {
  readonly language: Language;
  /** a token was shown, and refused */
  readonly wrong: boolean;
  readonly onToken: (token: string) => void;
}

/** Asked for only after the API wanted one. */
export function Gate({ language, wrong, onToken }: GateProps) {
  const t = translate(language);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      class="instead"
      onSubmit={(event) => {
        event.preventDefault();
        onToken(field.current?.value.trim() ?? '');
      }}
    >
      <h2>{t('tokenTitle')}</h2>
      <p>{t('tokenWhy')}</p>
      {wrong && (
        <p class="bad" role="alert">
          {t('tokenWrong')}
        </p>
      )}
      <label>
        {t('token')}
        <input ref={field} type="password" autocomplete="off" required />
      </label>
      <button type="submit" class="primary">
        {t('enter')}
      </button>
    </form>
  );
}

/** Without a store one job can be asked of CI, and nothing else. */
export function NoStore({
  language,
  api,
  ...watched
}: Watched & { readonly language: Language; readonly api: Api }) {
  const t = translate(language);
  const [found, setFound] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const field = useRef<HTMLInputElement>(null);
  const lookUp = async () => {
    setFound('');
    setFailure(undefined);
    try {
      const { body } = await api.describeJobs({ path: { ids: [field.current?.value.trim() ?? ''] } });
      setFound(JSON.stringify(body, null, 2));
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <section class="instead">
      <h2>{t('noStore')}</h2>
      <p>{t('noStoreWhy')}</p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void lookUp();
        }}
      >
        <input ref={field} aria-label={t('jobId')} placeholder={t('jobId')} required />
        <button type="submit">{t('lookUp')}</button>
      </form>
      {failure && <p class="bad">{failureText(failure, language)}</p>}
      {found !== '' && <pre>{found}</pre>}
      <Again language={language} {...watched} />
    </section>
  );
}

/** Nothing was ever answered. */
export function Unanswered({
  language,
  failure,
  ...watched
}: Omit<Watched, 'failure'> & { readonly language: Language; readonly failure: Failure }) {
  const t = translate(language);
  return (
    <section class="instead" role="alert">
      <h2>{t('failed', { detail: failure.code })}</h2>
      <p>{failureText(failure, language)}</p>
      <Again language={language} {...watched} />
    </section>
  );
}

function Again({
  language,
  nextAt,
  askNow,
}: Pick<Watched, 'nextAt' | 'askNow'> & { readonly language: Language }) {
  const t = translate(language);
  const now = useNow();
  return (
    <p class="row dim">
      {t('again', { seconds: Math.max(0, Math.ceil((nextAt - now) / 1000)) })}
      <button type="button" onClick={askNow}>
        {t('now')}
      </button>
    </p>
  );
}
