import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answered, Asked } from '../../client/client.ts';
import type { Cli } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit-codes.ts';

type Event = Answered<'listEvents'>['body']['Events'][number];
type Types = NonNullable<NonNullable<Asked<'listEvents'>['query']>['types']>;

const PAUSE_MS = 1000;
const EVENTS_AT_ONCE = 100;

export interface ListenOptions {
  readonly forwardTo?: string;
  readonly types?: string;
  readonly secret?: string;
}

/**
 * Follows the feed from now on. Each event is told, or posted as `deliver` posts it: the same bytes, signed by Standard
 * Webhooks. What a receiver refuses is told and not sent again.
 */
export async function listen(cli: Cli, { forwardTo, types, secret }: ListenOptions): Promise<ExitCode> {
  const { api, terminal, options, t, signal } = cli;
  const key = secret ?? `whsec_${randomBytes(24).toString('base64')}`;
  if (forwardTo !== undefined && secret === undefined) terminal.note(t('secret', { secret: key }));
  // A restart of everything takes longer than a refused connection: who listens goes on.
  const asking = { ...cli, deadlineMs: Number.POSITIVE_INFINITY };
  const filter = types === undefined ? {} : { types: types.split(',') as Types };
  let after = 'now';
  let isTold = false;
  for (;;) {
    const query = { ...filter, after, limit: EVENTS_AT_ONCE };
    const page = await untilAnswered(asking, () => api.listEvents({ query, signal }), signal);
    if (!isTold) terminal.note(t('listening'));
    isTold = true;
    after = page.body.Next;
    for (const event of page.body.Events) {
      if (forwardTo === undefined) {
        if (options.json) terminal.printJson(event);
        else terminal.print(`${event.id} ${event.type}`);
        continue;
      }
      const told = await post(event, forwardTo, key, signal);
      const values = { id: event.id, type: event.type, status: told.status, reason: told.reason };
      if (options.json)
        terminal.printJson({ Id: event.id, Type: event.type, Status: told.status, Error: told.reason });
      else terminal.print(t(told.reason === '' ? 'forwarded' : 'notForwarded', values));
    }
    if (page.body.Events.length < EVENTS_AT_ONCE) await delay(PAUSE_MS, undefined, { signal });
  }
}

async function untilAnswered<T>(cli: Cli, question: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await cli.ask(question);
    } catch (error) {
      if (!(error instanceof CliError) || error.exit !== EXIT.unreachable) throw error;
      cli.terminal.note(error.message);
      await delay(PAUSE_MS, undefined, { signal });
    }
  }
}

async function post(
  event: Event,
  url: string,
  secret: string,
  signal: AbortSignal,
): Promise<{ status: number; reason: string }> {
  const body = JSON.stringify(event);
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(`${event.id}.${at}.${body}`)
    .digest('base64');
  const headers = {
    'content-type': 'application/cloudevents+json',
    'webhook-id': event.id,
    'webhook-timestamp': String(at),
    'webhook-signature': `v1,${signature}`,
  };
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal });
    return {
      status: answer.status,
      reason: answer.ok ? '' : (await answer.text()).slice(0, 200) || String(answer.status),
    };
  } catch (error) {
    signal.throwIfAborted();
    const { cause } = error as { cause?: { code?: string } };
    return { status: 0, reason: cause?.code ?? String(error) };
  }
}
