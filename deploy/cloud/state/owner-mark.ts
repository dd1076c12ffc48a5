import { createHash } from 'node:crypto';
import type { Service } from '../../../service/service.ts';

const SHOWN_DIGITS = 12;

/**
 * A description may hold letters, digits, spaces, commas and full stops [sdk], so no service's name with a dash: the
 * owner is a hash. The name of a function alone does not tell, since `a-b` + `c` and `a` + `b-c` meet.
 */
const FUNCTION_MARK = /^(.*?) ?Deployed by osls, owner ([0-9a-f]{12}), code ([0-9a-f]{64}|unknown)\.$/s;
const TRIGGER_MARK = /^Deployed by osls, owner ([0-9a-f]{12})\.$/;

export interface MarkedDescription {
  readonly text: string;
  /** Undefined at a function that no deployment made. */
  readonly mark: string | undefined;
  /** SHA-256 of the zip that runs; undefined while it is not known for certain. */
  readonly codeSha256: string | undefined;
}

/** Stands for one service in one stage; the account and the region are those of the API. */
export function ownerOf({ name, stage }: Pick<Service, 'name' | 'stage'>): string {
  return shortHash(`${name}\0${stage}`);
}

/** What one function is marked with: CopyFunction copies descriptions too [doc 583/33847], and a copy is not ours. */
export function functionMark(owner: string, cloudName: string): string {
  return shortHash(`${owner}\0${cloudName}`);
}

/** @param codeSha256 undefined: code is being sent, and nobody knows which one runs until it is noted */
export function functionDescription(text: string, mark: string, codeSha256: string | undefined): string {
  return `${text} Deployed by osls, owner ${mark}, code ${codeSha256 ?? 'unknown'}.`.trimStart();
}

export function parseFunctionDescription(description: string): MarkedDescription {
  const match = FUNCTION_MARK.exec(description);
  if (match === null) return { text: description, mark: undefined, codeSha256: undefined };
  const [, text = '', mark, code] = match;
  return { text, mark, codeSha256: code === 'unknown' ? undefined : code };
}

export function triggerDescription(owner: string): string {
  return `Deployed by osls, owner ${owner}.`;
}

export function parseTriggerDescription(description: string): string | undefined {
  return TRIGGER_MARK.exec(description)?.[1];
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, SHOWN_DIGITS);
}
