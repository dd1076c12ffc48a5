/** The ending that CI gives a picture [guess]: `hgif` is a GIF of high quality. Undefined when a template decides. */
function pictureEnding(format: unknown): string | undefined {
  if (format === 'gif' || format === 'hgif') return 'gif';
  return format === 'webp' ? 'webp' : undefined;
}

/** Fills in `${ext}` of an output's key as far as it is known. */
export function withEnding(key: string, format: unknown): string {
  const ending = pictureEnding(format);
  return ending === undefined ? key : key.replaceAll('${ext}', ending);
}
