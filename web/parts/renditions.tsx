import { hashOf } from '../address.ts';
import { bytes } from '../format.ts';
import { useText } from '../page.ts';
import { usePreviews } from '../previews.ts';
import type { Watch } from '../watch.ts';
import { Thumbnail } from './thumbnail.tsx';

/** What is made of one object, side by side. */
export function Renditions({ of: { JobId: shown, Renditions: all, Smallest } }: { readonly of: Watch }) {
  const t = useText();
  const previews = usePreviews(all.map((made) => ({ ...made, Intent: '', OutputBytes: made.Bytes })));
  return (
    <div class="row">
      {all.map(({ Name, JobId, Outcome, Bytes, Width, Height, Tries, Fits }) => (
        <a
          key={Name}
          href={hashOf('jobs', JobId || shown)}
          class="button"
          aria-current={JobId === shown ? 'true' : undefined}
        >
          <Thumbnail preview={previews.get(JobId)} />
          <b>{Name || t('picture')}</b>
          <div>
            {Outcome === 'Success' || Outcome === '' ? bytes(Bytes) : Outcome}
            {Name === Smallest && all.length > 1 && ` · ${t('smallest')}`}
            {Fits === false && <span class="bad"> · {t('tooLarge')}</span>}
          </div>
          <div class="dim">
            {Width && `${Width} × ${Height} · `}
            {t('tryNumber', { number: Tries || 1 })}
          </div>
        </a>
      ))}
    </div>
  );
}
