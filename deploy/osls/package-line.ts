import type { Package } from '../build/package-functions.ts';

/** `describe       58.9 KB zip,  160.2 KB code` */
export function packageLine({ name, bytes, codeBytes }: Package): string {
  return `${name.padEnd(12)} ${kilobytes(bytes)} KB zip, ${kilobytes(codeBytes)} KB code`;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1).padStart(6);
}
