import { brotliCompressSync, constants } from 'node:zlib';
import { buildPage } from './build-page.ts';

/** All screens in both languages, compressed as the functions compress it. */
const MOST_BYTES = 30 * 1024;
const QUALITY = 5;

const { html } = await buildPage();
const bytes = brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } }).byteLength;
console.log(`the page is ${bytes} bytes compressed, of ${MOST_BYTES} at most`);
if (bytes > MOST_BYTES) process.exitCode = 1;
