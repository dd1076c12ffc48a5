import { describe, expect, it } from 'vitest';
import { firesFor } from '../../../local/triggers/cos-trigger.ts';
import { startCosTriggers } from '../../../local/triggers/start-cos-triggers.ts';
import { object, trigger } from './created-object.ts';
import { startRelay } from './relay.ts';

describe('a trigger fires', () => {
  it.each([
    [{}, {}, true],
    [{ event: 'cos:ObjectCreated:Put' }, {}, true],
    [{ event: 'cos:ObjectCreated:Put' }, { eventName: 'cos:ObjectCreated:Copy' }, false],
    [{}, { eventName: 'cos:ObjectCreated:CompleteMultipartUpload' }, true],
    [{ event: 'cos:ObjectRemove:*' }, {}, false],
    [{}, { bucket: 'other-1250000000' }, false],
    [{}, { region: 'ap-shanghai' }, false],
    [{}, { key: 'films/a.mp4' }, false],
    [{}, { key: 'clips/a.MP4' }, false],
    [{ prefix: '', suffix: '' }, { key: 'anything' }, true],
  ])('given %j, for %j: %s', (ofTrigger, ofObject, expected) => {
    expect(firesFor(trigger(ofTrigger), object(ofObject))).toBe(expected);
  });

  it('once for each of those that match, for the function of each', async () => {
    const triggers = [trigger(), trigger({ suffix: '.mov' }), trigger({ prefix: '', functionName: 'other' })];
    const relay = startRelay(triggers);
    await relay.create('clips/1.mp4');
    await relay.create('clips/2.mov');
    await relay.create('films/3.gif');
    expect(relay.delivered.map(({ functionName, keys }) => `${functionName} ${keys}`)).toEqual([
      'on-object clips/1.mp4',
      'other clips/1.mp4',
      'on-object clips/2.mov',
    ]);
  });

  it('for what was written before it was known, as soon as it is', async () => {
    let know: (triggers: [ReturnType<typeof trigger>]) => void = () => undefined;
    const delivered: string[] = [];
    const triggers = startCosTriggers({
      triggers: new Promise((resolve) => {
        know = resolve;
      }),
      deliver: async (functionName) => delivered.push(functionName),
    });
    const sent = triggers.objectCreated(object());
    expect(delivered).toEqual([]);
    know([trigger()]);
    await sent;
    expect(delivered).toEqual(['on-object']);
  });
});

describe('a write is told as delivered', () => {
  it('not when a function failed, be it by throwing at once', async () => {
    const relay = startRelay();
    relay.fail();
    await expect(relay.create('clips/1.mp4')).rejects.toThrow('failed');
    expect(relay.counts()).toMatchObject({ events: 1, failed: 1 });
    const throwing = startCosTriggers({
      triggers: [trigger()],
      deliver: () => {
        throw new Error('at once');
      },
    });
    await expect(throwing.objectCreated(object())).rejects.toThrow('at once');
  });

  it('when it is lost as it was to be, or nobody waits for it', async () => {
    const relay = startRelay();
    relay.events.set({ drop: 1 });
    await expect(relay.create('clips/1.mp4')).resolves.toBeUndefined();
    await expect(relay.create('films/1.mp4')).resolves.toBeUndefined();
  });
});
