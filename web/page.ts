import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Api } from '../client/client.ts';
import { codeText, type Language } from '../shared/words/words.ts';
import { type Failure, failureOf } from './failure.ts';
import type { Overview } from './overview.ts';
import { en } from './words/en.ts';
import type { TextName, Texts } from './words/texts.ts';
import { zh } from './words/zh.ts';

/** What every part of the page knows. */
export interface Page {
  readonly api: Api;
  readonly language: Language;
  readonly overview: Overview;
  /** Only who may write is shown what writes. */
  readonly mayWrite: boolean;
  /** Tells what was done, or why it was not. */
  readonly say: (text: string) => void;
  /** Asks anew how everything stands. */
  readonly askNow: () => void;
}

const TEXTS: Readonly<Record<Language, Texts>> = { en, zh };

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('expected a page around this part');
  return page;
}

export type Translate = (name: TextName, values?: Readonly<Record<string, string | number>>) => string;

export function translate(language: Language): Translate {
  return (name, values = {}) =>
    TEXTS[language][name].replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ''));
}

export function useText(): Translate {
  return translate(usePage().language);
}

/** A failure in the words of the language: what it means, and what the API said. */
export function failureText(failure: Failure, language: Language): string {
  const t = translate(language);
  if (failure.status === 0) return t('unreachable');
  const known = codeText(language, failure.code);
  const why = known === undefined ? '' : `${known.meaning} ${known.remedy} `;
  return `${why}(${failure.code}: ${failure.detail}; ${t('requestId', { id: failure.requestId })})`;
}

/** Does something, tells what came of it, and looks anew at how everything stands. */
export function useAct(): (act: () => Promise<string>) => Promise<void> {
  const { language, say, askNow } = usePage();
  return async (act) => {
    try {
      say(await act());
    } catch (error) {
      say(translate(language)('failed', { detail: failureText(failureOf(error), language) }));
    }
    askNow();
  };
}

/** What a question was answered, asked anew whenever `of` changes; the old answer stays until the new one is there. */
export function useAnswer<T>(
  ask: () => Promise<T>,
  of: readonly unknown[],
): { value?: T; failure?: Failure } {
  const [state, setState] = useState<{ value?: T; failure?: Failure }>({});
  useEffect(() => {
    let isCurrent = true;
    ask().then(
      (value) => isCurrent && setState({ value }),
      (error: unknown) => isCurrent && setState((old) => ({ ...old, failure: failureOf(error) })),
    );
    return () => {
      isCurrent = false;
    };
  }, of);
  return state;
}
