import { usePage, useText } from '../page.ts';
import { Act } from './act.tsx';

/** One that has been delivered may be sent again as well: its receiver may have lost it. */
export function SendAgain({
  delivery,
}: {
  readonly delivery: { readonly Id: string; readonly State: string };
}) {
  const { api } = usePage();
  const t = useText();
  if (delivery.State === 'pending') return null;
  const send = async () => {
    await api.retryDelivery({ path: { id: delivery.Id } });
    return t('sent');
  };
  return <Act name={t('sendAgain')} kind="quiet small" act={send} />;
}
