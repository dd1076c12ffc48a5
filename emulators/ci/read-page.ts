import { parameter } from './read-target.ts';
import { invalidArgument } from './service-error.ts';

const DEFAULT_PAGE_SIZE = 10;
const MAX_PAGE_SIZE = 100;

/** `pageNumber` (from 1) and `pageSize` (at most 100) of the queue, template and bucket lists [doc]. */
export function readPage(query: URLSearchParams): { number: number; size: number } {
  return {
    number: readCount(query, 'pageNumber', 1, Number.MAX_SAFE_INTEGER),
    size: readCount(query, 'pageSize', DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE),
  };
}

function readCount(query: URLSearchParams, name: string, otherwise: number, most: number): number {
  const text = parameter(query, name);
  if (text === undefined) return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > most) throw invalidArgument(`${name} is ${text}, expected 1 to ${most}.`);
  return value;
}
