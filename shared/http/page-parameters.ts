import { InvalidField, show } from '../ci/invalid-field.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;

/** `limit` and `cursor` of a list of ours. @throws InvalidField */
export function pageOf(query: { readonly limit?: string; readonly cursor?: string }): {
  limit: number;
  cursor?: string;
} {
  const { limit = String(DEFAULT_PAGE), cursor } = query;
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_PAGE) {
    throw new InvalidField('limit', `1 to ${MAX_PAGE}`, show(limit));
  }
  return { limit: Number(limit), ...(cursor === undefined ? {} : { cursor }) };
}
