import { PAGE_SIZE } from './limits.ts';

interface Page {
  readonly Offset: number;
  readonly Limit: number;
}

/** Everything of a list that comes in pages; one that is empty may come as null [sdk]. */
export async function readPages<T>(
  read: (page: Page) => Promise<readonly T[] | null | undefined>,
): Promise<T[]> {
  const all: T[] = [];
  for (let Offset = 0; ; Offset += PAGE_SIZE) {
    const found = (await read({ Offset, Limit: PAGE_SIZE })) ?? [];
    all.push(...found);
    if (found.length < PAGE_SIZE) return all;
  }
}
