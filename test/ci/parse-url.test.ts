import { expect, it } from 'vitest';
import { parseUrl } from '../../shared/ci/parse-url.ts';

/** Enough for the engine to compile what it runs. */
const HOT = 200_000;

it('an address with letters beyond ASCII stays one, however often addresses were read before', () => {
  for (let n = 0; n < HOT; n += 1) parseUrl(`http://a.example/${n}`);
  expect(parseUrl('http://bücher.example/')?.hostname).toBe('xn--bcher-kva.example');
  expect(parseUrl('no address')).toBeUndefined();
});
