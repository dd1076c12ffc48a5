import { useEffect, useRef } from 'preact/hooks';
import { type Address, hashOf } from '../address.ts';
import { usePage, useText } from '../page.ts';

const JOB_ID = /^[a-z]?[0-9a-f]{32}$/;

interface FiltersProps {
  readonly address: Address;
  readonly newCount: number;
  readonly onNew: () => void;
}

export function Filters({ address, newCount, onNew }: FiltersProps) {
  const { overview } = usePage();
  const t = useText();
  const { query } = address;
  const field = useRef<HTMLInputElement>(null);
  const go = (changes: Readonly<Record<string, string>>) => {
    location.hash = hashOf('jobs', '', { ...query, ...changes });
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, textarea, select, dialog');
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  // The back button changes what was searched for.
  useEffect(() => {
    if (field.current) field.current.value = query['q'] ?? '';
  }, [query['q']]);
  const search = (text: string) => {
    if (JOB_ID.test(text)) location.hash = hashOf('jobs', text, { ...query, q: '' });
    else go({ q: text });
  };
  const state = query['state'] ?? '';
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        search(field.current?.value.trim() ?? '');
      }}
    >
      <input
        ref={field}
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        onChange={({ currentTarget }) => search(currentTarget.value.trim())}
      />
      <fieldset class="choices">
        <legend>{t('state')}</legend>
        {(
          [
            ['', 'all'],
            ['open', 'open'],
            ['Success', 'succeeded'],
            ['Failed', 'failedCount'],
          ] as const
        ).map(([value, name]) => (
          <button
            key={name}
            type="button"
            aria-pressed={state === value}
            onClick={() => go({ state: value })}
          >
            {t(name)}
          </button>
        ))}
      </fieldset>
      <select
        aria-label={t('rule')}
        value={query['rule'] ?? ''}
        onChange={({ currentTarget }) => go({ rule: currentTarget.value })}
      >
        <option value="">{t('anyRule')}</option>
        {overview.Rules.map(({ Name }) => (
          <option key={Name} value={Name}>
            {Name}
          </option>
        ))}
      </select>
      <select
        aria-label={t('period')}
        value={query['since'] ?? '24h'}
        onChange={({ currentTarget }) => go({ since: currentTarget.value })}
      >
        {(['1h', '24h', '7d', '30d'] as const).map((window) => (
          <option key={window} value={window}>
            {t(`window.${window}`)}
          </option>
        ))}
      </select>
      {query['code'] && (
        <button type="button" onClick={() => go({ code: '' })}>
          {t('codeIs', { code: query['code'] })} ✕
        </button>
      )}
      <span class="live dim">
        <span class="dot" aria-hidden="true" /> {t('live')}
      </span>
      {newCount > 0 && (
        <button type="button" class="primary" onClick={onNew}>
          {t('newJobs', { count: newCount })}
        </button>
      )}
    </form>
  );
}
