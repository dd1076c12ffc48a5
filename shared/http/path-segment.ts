import { InvalidField, show } from '../ci/invalid-field.ts';
import type { HttpRequest } from './http-request.ts';

/**
 * One segment of the path, decoded. The path may come decoded already: nothing that we take has a `%`, so decoding it
 * again changes nothing.
 *
 * @throws InvalidField
 */
export function segmentOf(request: HttpRequest, name: string): string {
  const segment = request.pathParameters?.[name] ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new InvalidField(name, 'percent-encoded UTF-8', show(segment));
  }
}
