import type { en } from './en.ts';

export type TextName = keyof typeof en;
export type Texts = Readonly<Record<TextName, string>>;
