import { type Address, hashOf } from '../address.ts';
import { bytes, duration } from '../format.ts';
import { keyOf, type Row } from '../jobs-list.ts';
import { usePage, useText } from '../page.ts';
import { usePreviews } from '../previews.ts';
import { Ago } from './ago.tsx';
import { State, shownState } from './state.tsx';
import { Thumbnail } from './thumbnail.tsx';

interface JobsTableProps {
  readonly rows: readonly Row[];
  readonly address: Address;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onOpen: (id: string) => void;
}

export function JobsTable({ rows, address, selected, onSelect, onOpen }: JobsTableProps) {
  const { language } = usePage();
  const t = useText();
  const previews = usePreviews(rows);
  const keys = rows.map(keyOf);
  const toggle = (key: string) => {
    const next = new Set(selected);
    if (!next.delete(key)) next.add(key);
    onSelect(next);
  };
  /** Up and down go from row to row. */
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target instanceof Element ? event.target.closest('tr') : null;
    const beside =
      step === 1 ? row?.nextElementSibling : step === -1 ? row?.previousElementSibling : undefined;
    if (!beside) return;
    event.preventDefault();
    beside.querySelector('a')?.focus();
  };
  return (
    <table class="jobs" onKeyDown={onKeyDown}>
      <thead>
        <tr>
          <th>
            <input
              type="checkbox"
              aria-label={t('selectPage')}
              checked={keys.every((key) => selected.has(key))}
              onChange={({ currentTarget }) => onSelect(new Set(currentTarget.checked ? keys : []))}
            />
          </th>
          <th>{t('picture')}</th>
          <th>{t('clipToPicture')}</th>
          <th>{t('state')}</th>
          <th class="wide">{t('rule')}</th>
          <th class="wide">{t('size')}</th>
          <th class="wide">{t('took')}</th>
          <th>{t('when')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const key = keyOf(row);
          const href =
            row.JobId === '' ? hashOf('intents', row.Intent) : hashOf('jobs', row.JobId, address.query);
          const why = row.Code !== '' && row.Code !== 'Success' ? `${row.Code}: ${row.Message}` : '';
          return (
            <tr
              key={key}
              aria-selected={selected.has(key)}
              class={address.id === row.JobId && row.JobId !== '' ? 'open' : ''}
            >
              <td>
                <input
                  type="checkbox"
                  aria-label={t('select', { name: row.InputKey || key })}
                  checked={selected.has(key)}
                  onChange={() => toggle(key)}
                />
              </td>
              <td>
                <Thumbnail preview={previews.get(key)} />
              </td>
              <td class="keys">
                <a
                  id={`row-${key}`}
                  href={href}
                  onClick={(event) => {
                    if (row.JobId === '' || event.ctrlKey || event.metaKey || event.shiftKey) return;
                    event.preventDefault();
                    onOpen(row.JobId);
                  }}
                >
                  {row.InputKey || key}
                </a>
                <div class="dim" title={why}>
                  {why || row.OutputKey || row.LastError || '–'}
                </div>
              </td>
              <td>
                <State state={shownState(row)} progress={row.Progress} />
              </td>
              <td class="wide dim">{row.Rule}</td>
              <td class="wide number">{sizes(row)}</td>
              <td class="wide number">{duration(row.Seconds, language)}</td>
              <td class="when number">
                <Ago at={row.EndedAt ?? row.CreatedAt} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function sizes({ InputBytes, OutputBytes }: Row): string {
  if (OutputBytes === null) return bytes(InputBytes);
  return InputBytes === null ? bytes(OutputBytes) : `${bytes(InputBytes)} → ${bytes(OutputBytes)}`;
}
