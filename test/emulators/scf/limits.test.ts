import { expect, test as it } from 'vitest';
import { returned, runFunctions } from '../../worlds/fixture-runtime.ts';

const MB = 1024 * 1024;
const ECHO_SIZE = `
  export const main_handler = async ({ text = '', answer = 0 }: { text?: string; answer?: number }) =>
    answer === 0 ? text.length : 'x'.repeat(answer);
`;
/** `{"text":"…"}` around the text. */
const EVENT_FRAME_BYTES = 11;
/** The quotes around a returned text. */
const QUOTES_BYTES = 2;

it('a synchronous event may have 6 MB and not one byte more', async () => {
  const runtime = await runFunctions({ echo: { source: ECHO_SIZE } });
  const fits = 'x'.repeat(6 * MB - EVENT_FRAME_BYTES);
  expect(await returned(runtime.invoke('echo', { text: fits }))).toBe(fits.length);
  expect(await runtime.invoke('echo', { text: `${fits}x` })).toMatchObject({
    ok: false,
    failure: { code: 'RequestTooLarge', message: expect.stringContaining(String(6 * MB + 1)) },
  });
});

it('a returned value may have 6 MB and not one byte more', async () => {
  const runtime = await runFunctions({ echo: { source: ECHO_SIZE } });
  const fits = 6 * MB - QUOTES_BYTES;
  expect(await returned<string>(runtime.invoke('echo', { answer: fits }))).toHaveLength(fits);
  expect(await runtime.invoke('echo', { answer: fits + 1 })).toMatchObject({
    ok: false,
    failure: { code: 'ResponseTooLarge' },
  });
});

it('an asynchronous event may have 128 KB and not one byte more, and one too large is not tried again', async () => {
  const runtime = await runFunctions({ echo: { source: ECHO_SIZE } });
  const fits = 'x'.repeat(128 * 1024 - EVENT_FRAME_BYTES);
  expect(await returned(runtime.invokeAsync('echo', { text: fits }))).toBe(fits.length);
  expect(await runtime.invokeAsync('echo', { text: `${fits}x` })).toMatchObject({
    ok: false,
    failure: { code: 'RequestTooLarge' },
  });
});
