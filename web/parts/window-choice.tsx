import { hashOf } from '../address.ts';
import { useText } from '../page.ts';

/** Over which time a screen tells. */
export function WindowChoice({ screen, since }: { readonly screen: string; readonly since: string }) {
  const t = useText();
  return (
    <nav class="choices" aria-label={t('period')}>
      {(['1h', '24h', '7d', '30d'] as const).map((window) => (
        <a
          key={window}
          class="button"
          aria-current={since === window ? 'true' : undefined}
          href={hashOf(screen, '', { since: window })}
        >
          {t(`window.${window}`)}
        </a>
      ))}
    </nav>
  );
}
