import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { webhookHeaders } from '../../../shared/notify/webhook/sign-webhook.ts';
import { newSecret, textOf } from '../../worlds/receiver.ts';

const message = (body = '{"word":"žluťoučký 🐎"}') => ({ id: 'j1.42', body, atMs: Date.now() });

describe('a signature, as the official library reads it', () => {
  it('verifies with the secret, for any letters', () => {
    const secret = newSecret();
    const sent = message();
    const payload = new Webhook(textOf(secret)).verify(sent.body, webhookHeaders(sent, [secret]));
    expect(payload).toEqual({ word: 'žluťoučký 🐎' });
  });

  it('is the very one that the library makes', () => {
    const secret = newSecret();
    const sent = message();
    const headers = webhookHeaders(sent, [secret]);
    expect(headers['webhook-signature']).toBe(
      new Webhook(textOf(secret)).sign(sent.id, new Date(sent.atMs), sent.body),
    );
    expect(headers['webhook-timestamp']).toBe(String(Math.floor(sent.atMs / 1000)));
  });

  it('verifies with the old and with the new secret while one replaces the other, and with no third', () => {
    const [old, young] = [newSecret(), newSecret()];
    const sent = message();
    const headers = webhookHeaders(sent, [young, old]);
    for (const secret of [old, young]) {
      expect(() => new Webhook(textOf(secret)).verify(sent.body, headers)).not.toThrow();
    }
    expect(() => new Webhook(textOf(newSecret())).verify(sent.body, headers)).toThrow(
      'No matching signature',
    );
    expect(headers['webhook-signature']?.split(' ')).toEqual([
      webhookHeaders(sent, [young])['webhook-signature'],
      webhookHeaders(sent, [old])['webhook-signature'],
    ]);
  });

  it.each([
    ['body', { body: '{"word":"zlutoucky"}' }],
    ['id', { 'webhook-id': 'j1.43' }],
    ['time', { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 60) }],
  ])('breaks when the %s is changed on the way', (_, change) => {
    const secret = newSecret();
    const sent = message();
    const arrived = { ...webhookHeaders(sent, [secret]), body: sent.body, ...change };
    expect(() => new Webhook(textOf(secret)).verify(arrived.body, arrived)).toThrow('No matching signature');
  });
});
