import type { Language } from '../shared/words/words.ts';
import { en, type Texts } from './words/en.ts';
import { zh } from './words/zh.ts';

export type Translate = (name: keyof Texts, values?: Readonly<Record<string, string | number>>) => string;

/** By LC_ALL, LC_MESSAGES or LANG, as programs of a terminal do. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const asked = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return asked.startsWith('zh') ? 'zh' : 'en';
}

export function translate(language: Language): Translate {
  const texts = language === 'zh' ? zh : en;
  return (name, values = {}) =>
    texts[name].replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ''));
}
