import type { Fault } from '../shared/ci/check-input.ts';
import { shapeOf, show } from '../shared/ci/invalid-field.ts';
import { environmentBytes } from './url-variables.ts';

/** The value of an environment variable may be a secret: only its shape is told. */
export function showUnlessSecret(value: unknown, path: Fault['path']): string {
  if (!path.includes('environment')) return show(value);
  return isTexts(value) ? `${environmentBytes(value)} bytes` : shapeOf(value);
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => typeof one === 'string')
  );
}
