import type { BucketName, ObjectPlace } from '../places.ts';
import type { Killable } from './killable.ts';

/** What somebody does to objects. Colours are places in the palette. */
export type ObjectDeed =
  | { readonly do: 'write'; readonly object: ObjectPlace; readonly colours: readonly number[] }
  /** The same bytes again, those before the last, or a copy of the object onto itself. */
  | { readonly do: 'rewrite' | 'restore' | 'touch' | 'delete'; readonly object: ObjectPlace }
  | { readonly do: 'copy' | 'rename'; readonly object: ObjectPlace; readonly to: ObjectPlace }
  | { readonly do: 'ignored'; readonly object: ObjectPlace; readonly how: 'empty' | 'large' };

export type Mood = 'fine' | 'refuse' | 'hang' | 'reset' | 'busy' | 'slow' | 'forget';

/** What goes wrong around them. */
export type Mischief =
  | { readonly do: 'kill'; readonly what: Killable; readonly pick: number; readonly downMs: number }
  | {
      readonly do: 'faults';
      readonly bucket: BucketName;
      readonly name: string;
      readonly faults: readonly object[];
    }
  | { readonly do: 'hang'; readonly bucket: BucketName; readonly on: boolean }
  | { readonly do: 'events'; readonly bucket: BucketName; readonly name: string; readonly faults: object }
  | { readonly do: 'mood'; readonly mood: Mood }
  | { readonly do: 'clock'; readonly of: 'database' | 'cloud'; readonly offsetMs: number }
  | { readonly do: 'fail'; readonly pick: number };

export type Step = { readonly atMs: number } & (ObjectDeed | Mischief);
