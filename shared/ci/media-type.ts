const TYPES: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  gif: 'image/gif',
  hgif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  png: 'image/png',
  webm: 'video/webm',
  webp: 'image/webp',
};

/** What an object is, by how its key ends. */
export function mediaTypeOf(key: string): string {
  const [, ending = ''] = /\.([^./]+)$/.exec(key) ?? [];
  return TYPES[ending.toLowerCase()] ?? 'application/octet-stream';
}
