import type { ReceiverEntry } from '../receiver/receiver-entry.ts';

/** One short line for a person about what came to the receiver. */
export function formatReceived(entry: ReceiverEntry): string {
  if (!entry.verified) return printable(`event    refused with ${entry.status}: ${entry.reason}`);
  const { type, subject, input, output, repeat } = entry;
  const objects = [input, output].filter((object) => object !== undefined).join(' → ');
  const parts = [type, subject, objects, repeat ? '(verified, repeat)' : '(verified)'];
  return printable(`event    ${parts.filter((part) => part !== '').join(' ')}`);
}

/** Without anything that moves a terminal's cursor, ends a line or turns the direction of writing. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
