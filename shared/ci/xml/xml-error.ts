import { cutText } from '../cut-text.ts';

/** The document was refused before any value in it was believed. */
export class XmlError extends Error {
  override readonly name = 'XmlError';

  constructor(message: string) {
    super(cutText(message));
  }
}
