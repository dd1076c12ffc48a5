import type { Row } from '../jobs-list.ts';
import { usePage, useText } from '../page.ts';

interface BulkBarProps {
  readonly selected: readonly Row[];
  readonly onRetry: (ids: string[]) => void;
  readonly onRetryAll: () => void;
  readonly onClear: () => void;
}

/** What can be done with the rows that are selected, and with all that the filters let through. */
export function BulkBar({ selected, onRetry, onRetryAll, onClear }: BulkBarProps) {
  const { mayWrite, say } = usePage();
  const t = useText();
  const ids = selected.flatMap(({ JobId }) => (JobId === '' ? [] : [JobId]));
  return (
    <div class="bulk" role="toolbar" aria-label={t('selectedJobs')}>
      <b>{t('selected', { count: selected.length })}</b>
      {mayWrite && (
        <button type="button" class="primary" disabled={ids.length === 0} onClick={() => onRetry(ids)}>
          {t('submitAgain')}
        </button>
      )}
      <button
        type="button"
        onClick={() => void navigator.clipboard.writeText(ids.join('\n')).then(() => say(t('copied')))}
      >
        {t('copyIds')}
      </button>
      {mayWrite && (
        <button type="button" class="quiet" onClick={onRetryAll}>
          {t('allMatching')}
        </button>
      )}
      <button type="button" class="quiet" onClick={onClear}>
        {t('clear')}
      </button>
    </div>
  );
}
