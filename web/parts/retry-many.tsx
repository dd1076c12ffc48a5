import { useEffect, useState } from 'preact/hooks';
import type { Asked } from '../../client/client.ts';
import { useAct, usePage, useText } from '../page.ts';
import { Confirm } from './confirm.tsx';

export type Retried = Omit<Asked<'orderRetries'>['body'], 'DryRun'>;

/** Counts first, says what comes of it, and orders only then. */
export function RetryMany({ what, onDone }: { readonly what: Retried; readonly onDone: () => void }) {
  const { api, say } = usePage();
  const t = useText();
  const act = useAct();
  const [count, setCount] = useState<number>();
  useEffect(() => {
    void act(async () => {
      const { body } = await api.orderRetries({ body: { ...what, DryRun: true } });
      setCount(body.Count);
      if (body.Count > 0) return '';
      onDone();
      return t('nothingToRetry');
    });
  }, []);
  if (!count) return null;
  const order = async () => {
    onDone();
    await act(async () => {
      const { body } = await api.orderRetries({ body: { ...what, DryRun: false } });
      if (body.Id !== null) void follow(body.Id, body.Count);
      return t('ordered', { count: body.Count });
    });
  };
  /** Tells how far the order has come, until it is done. */
  const follow = async (id: string, of: number) => {
    for (let asked = 0; asked < 60; asked += 1) {
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const { body } = await api.getRetries({ path: { id } });
      say(t('orderProgress', { done: body.Done, count: of }));
      if (body.State === 'Ended') return;
    }
  };
  return (
    <Confirm
      title={t('confirmRetry', { count })}
      text={t('confirmRetryWhy')}
      yes={t('yes', { count })}
      onYes={() => void order()}
      onNo={onDone}
    />
  );
}
