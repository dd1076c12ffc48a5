// The first code in an instance: loads one function and hands it one event at a time.
// Plain JavaScript, because an instance starts with nothing but Node, as on the platform.
'use strict';

/** @typedef {import('./messages.ts').FromInstance} FromInstance */

const { performance } = require('node:perf_hooks');
const [, , file, exportName] = process.argv;
const sendToRuntime = process.send.bind(process);
const killSelf = () => process.kill(process.pid, 'SIGKILL');

// The runtime is gone: nobody will ever ask again.
process.on('disconnect', killSelf);
// Ctrl-C in a terminal reaches every process of the group; the runtime decides when its instances end.
process.on('SIGINT', () => undefined);

let handler;
try {
  handler = require(file)[exportName];
  if (typeof handler !== 'function') throw new TypeError(`${file} exports no function ${exportName}`);
  send({ kind: 'loaded' });
} catch (error) {
  send({ kind: 'load-failed', error: plainError(error) });
}

process.on('message', async (/** @type {import('./messages.ts').ToInstance} */ message) => {
  setCredentials(message.credentials);
  const deadline = performance.now() + message.context.time_limit_in_ms;
  try {
    const value = await handler(JSON.parse(message.event), {
      ...message.context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
    });
    send({ kind: 'returned', body: JSON.stringify(value) ?? 'null', peakMemoryBytes: peakMemoryBytes() });
  } catch (error) {
    send({ kind: 'threw', error: plainError(error), peakMemoryBytes: peakMemoryBytes() });
  }
});

/** @param {FromInstance} message */
function send(message) {
  sendToRuntime(message);
}

// The platform rotates the role's credentials in the environment of a warm instance.
function setCredentials({ secretId, secretKey, sessionToken }) {
  process.env.TENCENTCLOUD_SECRETID = secretId;
  process.env.TENCENTCLOUD_SECRETKEY = secretKey;
  if (sessionToken === undefined) delete process.env.TENCENTCLOUD_SESSIONTOKEN;
  else process.env.TENCENTCLOUD_SESSIONTOKEN = sessionToken;
}

function peakMemoryBytes() {
  return process.resourceUsage().maxRSS * 1024;
}

function plainError(error) {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  return { type: error.name, message: error.message, stack: error.stack };
}
