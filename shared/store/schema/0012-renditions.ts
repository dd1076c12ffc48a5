import type { LargeIndex } from './large-index.ts';

/**
 * What a rule with renditions makes of one version of an object, together: how each rendition goes, and that all have
 * ended. The previous release goes on: it writes none, and its jobs belong to none.
 */
export const renditions = `
create table object_sets (
  -- the intent that began it
  id uuid primary key,
  bucket text not null,
  region text not null,
  object text collate "C" not null,
  rule text not null,
  version integer not null,
  -- by name: the rendition's fit, and its tries with what came of each
  renditions json not null,
  created_at timestamptz not null,
  -- all renditions have ended, or a newer version has come
  ended_at timestamptz
);
create index object_sets_old on object_sets (created_at);

alter table intents
  add column set_id uuid,
  -- what its end without a job means for its set has been decided
  add column set_decided boolean not null default false;
alter table watches
  add column set_id uuid,
  add column set_decided boolean not null default false;
`;

/** Built while everybody goes on writing, outside of a transaction. */
export const renditionIndexes: readonly LargeIndex[] = [
  {
    name: 'watches_of_sets',
    definition: `on watches (ended_at) where set_id is not null and not set_decided and outcome <> ''`,
    query: 'which results of renditions have not been decided about',
  },
  {
    name: 'intents_of_sets',
    definition: `on intents (settled_at) where set_id is not null and not set_decided and state in ('refused', 'canceled')`,
    query: 'which renditions will have no result',
  },
];
