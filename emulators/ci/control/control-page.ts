import { createHash } from 'node:crypto';
import type { Reply } from '../reply.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-source.ts';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(PAGE_SCRIPT)}`,
  `style-src ${hashOf(PAGE_STYLE)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Local cloud</title>
<style>${PAGE_STYLE}</style>
<h1>Local Cloud Infinite + COS</h1>
<p id="state" role="status"></p>
<h2>Buckets</h2><table id="buckets"></table>
<h2>Jobs</h2><table id="jobs"></table>
<h2>Faults</h2>
<form id="faults">
  <p><label for="text">What goes wrong, as <code>PUT /_control/faults</code> takes it; <code>[]</code> for nothing.</label></p>
  <textarea id="text" rows="5" spellcheck="false"></textarea>
  <p><button>Set</button> <output id="told"></output></p>
</form>
<h2>Requests of the last minutes</h2><table id="requests"></table>
<script>${PAGE_SCRIPT}</script>
</html>
`;

/** The page at `/_control`: what there is, what was asked, and faults to be set by hand. */
export function controlPage(): Reply {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body: PAGE };
}
