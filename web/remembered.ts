import { useState } from 'preact/hooks';

/** A value that a tab, or a browser, keeps; where it may keep nothing it lasts as long as the page. */
export function useRemembered(
  storage: () => Storage,
  name: string,
  initial: string,
): [string, (value: string) => void] {
  const [value, setValue] = useState(() => read(storage, name) ?? initial);
  return [
    value,
    (next) => {
      setValue(next);
      try {
        if (next === '') storage().removeItem(name);
        else storage().setItem(name, next);
      } catch {
        // Storage may be switched off.
      }
    },
  ];
}

function read(storage: () => Storage, name: string): string | null {
  try {
    return storage().getItem(name);
  } catch {
    return null;
  }
}
