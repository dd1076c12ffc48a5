import { foldCase, lastEnding } from './ending.ts';
import type { OutputPart } from './output-parts.ts';
import type { Rule } from './rule.ts';

/** All texts that a part of an output's key may become, read character by character; a text that is read to an end is one. */
export interface PartLanguage {
  readonly start: string;
  readonly next: (state: string, char: string) => readonly string[];
  readonly isEnd: (state: string) => boolean;
}

/** @param part none of `${jobid}`: a key with that is nobody else's */
export function partLanguage(part: OutputPart, rule: Rule): PartLanguage {
  if (part.kind === 'text') return textLanguage([...part.text]);
  const isMidName = rule.prefix !== '' && !rule.prefix.endsWith('/');
  switch (part.name) {
    case 'dir':
      return folderLanguage(isMidName);
    case 'file':
      return nameLanguage(rule.suffixes, isMidName);
    case 'name':
      return nameLanguage([...rule.suffixes, ...rule.suffixes.map(stemOf)], isMidName);
    case 'etag':
      return ETAG;
    default:
      return EXTENSION;
  }
}

/** What stands before the last ending of an ending: `.tar` of `.tar.mp4`. */
export function stemOf(suffix: string): string {
  return suffix.slice(0, suffix.length - lastEnding(suffix).length);
}

function textLanguage(chars: readonly string[]): PartLanguage {
  return {
    start: '0',
    next: (state, char) => (chars[Number(state)] === char ? [String(Number(state) + 1)] : []),
    isEnd: (state) => state === String(chars.length),
  };
}

/**
 * Folders, each with its slash, none of them hidden: one begins with a dot only if it is `.` or `..`. When the prefix ends
 * amid a name, the first begins there.
 */
function folderLanguage(isMidName: boolean): PartLanguage {
  return {
    start: isMidName ? 'amid' : 'folder',
    next: (state, char) => {
      if (char === '/') return ['folder'];
      if (state === 'folder') return [char === '.' ? '.' : 'name'];
      if (state === '.') return char === '.' ? ['..'] : [];
      return state === '..' ? [] : ['name'];
    },
    isEnd: (state) => state === 'folder' || state === 'amid',
  };
}

/** At least one character and then one of the endings, in whatever case; no slash, and no dot at the beginning. */
function nameLanguage(endings: readonly string[], isMidName: boolean): PartLanguage {
  const folded = endings.map((ending) => [...foldCase(ending)]);
  const begun = (char: string) => folded.flatMap((ending, at) => (ending[0] === char ? [`${at} 1`] : []));
  return {
    start: 'start',
    next: (state, char) => {
      if (char === '/' || (state === 'start' && char === '.' && !isMidName)) return [];
      if (state === 'start') return ['free'];
      if (state === 'free') return ['free', ...begun(foldCase(char))];
      const [at = 0, read = 0] = state.split(' ').map(Number);
      return folded[at]?.[read] === foldCase(char) ? [`${at} ${read + 1}`] : [];
    },
    isEnd: (state) => {
      if (state === 'start') return false;
      if (state === 'free') return folded.some(({ length }) => length === 0);
      const [at = 0, read = 0] = state.split(' ').map(Number);
      return folded[at]?.length === read;
    },
  };
}

const MD5_DIGITS = 32;
/** Of the number of parts: COS takes 10 000 [doc]. */
const PART_DIGITS = 5;

/** Unknown, or an MD5, with a dash and the number of its parts after a multipart upload [doc]. */
const ETAG: PartLanguage = {
  start: '0',
  next: (state, char) => (etagGoesOn(Number(state), char) ? [String(Number(state) + 1)] : []),
  isEnd: (state) => state === '0' || (Number(state) >= MD5_DIGITS && Number(state) !== MD5_DIGITS + 1),
};

function etagGoesOn(read: number, char: string): boolean {
  if (read < MD5_DIGITS) return /[0-9a-f]/.test(char);
  if (read === MD5_DIGITS) return char === '-';
  return read <= MD5_DIGITS + PART_DIGITS && /\d/.test(char);
}

/** What a template makes. */
const EXTENSION: PartLanguage = {
  start: 'none',
  next: (_, char) => (char === '.' || char === '/' ? [] : ['some']),
  isEnd: (state) => state === 'some',
};
