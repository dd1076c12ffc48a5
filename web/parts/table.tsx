import type { ComponentChildren } from 'preact';

export interface TableRow {
  readonly key: string;
  readonly cells: readonly ComponentChildren[];
}

/** @param wide which columns a phone leaves out */
export function Table({
  heads,
  rows,
  wide = [],
}: {
  readonly heads: readonly string[];
  readonly rows: readonly TableRow[];
  readonly wide?: readonly number[];
}) {
  const kind = (index: number) => (wide.includes(index) ? 'wide' : '');
  return (
    <table>
      <thead>
        <tr>
          {heads.map((head, index) => (
            <th key={head} class={kind(index)}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {cells.map((cell, index) => (
              <td key={index} class={kind(index)}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
