import { MAX_CODE_BYTES, MAX_ZIP_BYTES } from '../../service/platform-limits.ts';

/** @throws Error when the platform would not take a package of this size */
export function checkSize({
  name,
  bytes,
  codeBytes,
}: {
  name: string;
  bytes: number;
  codeBytes: number;
}): void {
  if (bytes > MAX_ZIP_BYTES) {
    throw new Error(`${name}: expected a zip of at most ${MAX_ZIP_BYTES} bytes, got ${bytes}`);
  }
  if (codeBytes > MAX_CODE_BYTES) {
    throw new Error(`${name}: expected code of at most ${MAX_CODE_BYTES} bytes, got ${codeBytes}`);
  }
}
