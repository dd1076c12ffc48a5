import { invalidArgument } from '../service-error.ts';

/** A documented range, such as (0, 60] = `{ above: 0, atMost: 60 }`. */
export interface Bounds {
  above?: number;
  atLeast?: number;
  below?: number;
  atMost?: number;
  whole?: boolean;
}

/** @throws InvalidArgument when the text is there and is no plain decimal number within the bounds */
export function checkNumber(field: string, text: string | undefined, bounds: Bounds): void {
  if (text === undefined) return;
  const value = Number(text);
  const isDecimal = bounds.whole ? /^\d{1,15}$/.test(text) : /^\d{1,15}(\.\d{1,15})?$/.test(text);
  const isWithin =
    value > (bounds.above ?? -Infinity) &&
    value >= (bounds.atLeast ?? -Infinity) &&
    value < (bounds.below ?? Infinity) &&
    value <= (bounds.atMost ?? Infinity);
  if (!isDecimal || !isWithin) throw invalidArgument(`${field} is ${text}, expected ${rangeText(bounds)}.`);
}

function rangeText({ above, atLeast, below, atMost, whole }: Bounds): string {
  const open = above === undefined ? `[${atLeast}` : `(${above}`;
  const close = atMost === undefined ? `${below ?? '∞'})` : `${atMost}]`;
  return `${whole ? 'a whole number' : 'a number'} within ${open}, ${close}`;
}
