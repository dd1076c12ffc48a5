import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOT_OURS = new Set(['node_modules', 'dist']);

function documentsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory())
      return NOT_OURS.has(entry.name) || entry.name[0] === '.' ? [] : documentsIn(place);
    return entry.name.endsWith('.md') ? [place] : [];
  });
}

/** The text of a document without what only looks like links and headings. */
function proseOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
}

/** The names that GitHub gives to headings: letters, digits, - and _, one that comes again with a number. */
function anchorsOf(file: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...proseOf(file).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) => {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const name = text.replace(/[^\p{L}\p{N}\-_ ]/gu, '').replaceAll(' ', '-');
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name}-${times}`;
  });
  return new Set(anchors);
}

function linksOf(file: string): string[] {
  const text = proseOf(file).replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function leadsNowhere(file: string, link: string): boolean {
  const [place = '', anchor] = link.split('#');
  const target = place === '' ? file : path.resolve(path.dirname(file), decodeURIComponent(place));
  if (!target.startsWith(ROOT) || !existsSync(target)) return true;
  if (anchor === undefined) return false;
  return !statSync(target).isFile() || !anchorsOf(target).has(anchor);
}

const documents = documentsIn(ROOT).map((file) => path.relative(ROOT, file));

it.each(documents)('every link of %s leads somewhere', (name) => {
  const file = path.join(ROOT, name);
  expect(linksOf(file).filter((link) => leadsNowhere(file, link))).toEqual([]);
});

it('there are documents, and links and headings in them', () => {
  expect(documents).toContain('README.md');
  expect(linksOf(path.join(ROOT, 'README.md'))).toContain('docs/quickstart.md');
  expect(anchorsOf(path.join(ROOT, 'docs/deploy.md'))).toContain('a-custom-domain');
  expect(leadsNowhere(path.join(ROOT, 'README.md'), 'docs/deploy.md#nowhere')).toBe(true);
});
