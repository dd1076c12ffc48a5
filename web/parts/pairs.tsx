import type { ComponentChildren } from 'preact';

/** Names and what they are of one thing. What is undefined is left out. */
export function Pairs({
  of,
  across = false,
}: {
  readonly of: readonly (readonly [string, ComponentChildren])[];
  readonly across?: boolean;
}) {
  return (
    <dl class={across ? 'across' : ''}>
      {of.map(
        ([name, value]) =>
          value !== undefined && (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ),
      )}
    </dl>
  );
}
