import { BUCKETS, type ObjectPlace, RULED_PLACES } from '../places.ts';
import { PALETTE_SIZE } from '../world/palette-size.ts';
import { type Dice, dice } from './dice.ts';
import { CI_FAULTS, EVENT_FAULTS } from './faults.ts';
import { KILLABLES } from './killable.ts';
import type { Mischief, Mood, ObjectDeed, Step } from './step.ts';

/** Names that users give to clips; some differ in case alone. */
const NAMES = [
  ...['a.mp4', 'A.mp4', 'b.mp4', 'Summer 2026 #1.mp4', '片段.mp4', '100%+1.mp4', 'deep/er/x.mp4'],
  ...['c.mp4', 'd.MP4', "it's & <more>.mp4"],
];
/** Names of what no rule takes. */
const STRAY_NAMES = ['notes.txt', '.hidden.mp4', '.mp4', '._a.mp4', 'a.mp4.part'];
const MOODS: readonly Mood[] = ['refuse', 'hang', 'reset', 'busy', 'slow', 'forget'];

const DEED_GAP_MS = 450;
const MISCHIEF_GAP_MS = 1100;
/** Between two jumps of the database's clock: time jumps over the waits that a look for a lost job rests on. */
const JUMP_GAP_MS = 25_000;
const JUMPS_MS = {
  database: [-3_600_000, -60_000, -2_000, 0, 5_000, 90_000, 3_600_000],
  cloud: [-90_000, 0, 90_000],
};

/** Everything that will be done, from the seed alone. */
export function makePlan(seed: number, minutes: number): Step[] {
  const endMs = minutes * 60_000;
  return [...deeds(dice(seed), endMs), ...mischiefs(dice(seed ^ 0x5bd1e995), endMs)].sort(
    (a, b) => a.atMs - b.atMs,
  );
}

function deeds(chance: Dice, endMs: number): Step[] {
  const steps: Step[] = [];
  for (let atMs = 0; atMs < endMs; atMs += chance.below(2 * DEED_GAP_MS)) {
    steps.push({ atMs, ...deed(chance) });
  }
  return steps;
}

function deed(chance: Dice): ObjectDeed {
  const { bucket, prefix } = chance.one(RULED_PLACES);
  const object: ObjectPlace = { bucket, key: `${prefix}${chance.one(NAMES)}` };
  const kind = chance.weighted({
    ...{ write: 50, burst: 12, rewrite: 6, restore: 6, touch: 3 },
    ...{ delete: 5, copy: 6, rename: 4, empty: 3, large: 3, stray: 3 },
  });
  const colour = () => Math.floor(chance.below(PALETTE_SIZE));
  switch (kind) {
    case 'write':
      return { do: 'write', object, colours: [colour()] };
    case 'burst':
      return { do: 'write', object, colours: Array.from({ length: 2 + chance.below(3) }, colour) };
    case 'rewrite':
    case 'restore':
    case 'touch':
    case 'delete':
      return { do: kind, object };
    case 'copy':
      return { do: kind, object, to: { bucket, key: `${prefix}${chance.one(NAMES)}` } };
    case 'rename':
      return { do: kind, object, to: { bucket, key: otherCase(object.key, prefix) } };
    case 'empty':
    case 'large':
      return { do: 'ignored', object, how: kind };
    case 'stray':
      return {
        do: 'write',
        object: { bucket, key: `${prefix}${chance.one(STRAY_NAMES)}` },
        colours: [colour()],
      };
  }
}

/** The same name in the other case, its ending too. */
function otherCase(key: string, prefix: string): string {
  const name = key.slice(prefix.length);
  return `${prefix}${name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase()}`;
}

function mischiefs(chance: Dice, endMs: number): Step[] {
  const steps: Step[] = [];
  const lastJumpMs = { database: 0, cloud: 0 };
  for (let atMs = 2000; atMs < endMs; atMs += chance.below(2 * MISCHIEF_GAP_MS)) {
    const bucket = chance.one(BUCKETS);
    const lastsMs = 2000 + chance.below(8000);
    const during = (on: Mischief, off: Mischief) =>
      steps.push({ atMs, ...on }, { atMs: atMs + lastsMs, ...off });
    switch (chance.weighted({ kill: 40, faults: 25, events: 12, mood: 8, hang: 4, clock: 7, fail: 8 })) {
      case 'kill':
        steps.push({
          ...{ atMs, do: 'kill', what: chance.one(KILLABLES) },
          ...{ pick: chance.below(1), downMs: chance.below(2500) },
        });
        break;
      case 'faults': {
        const [name, faults] = chance.one(Object.entries(CI_FAULTS));
        during({ do: 'faults', bucket, name, faults }, { do: 'faults', bucket, name: '', faults: [] });
        break;
      }
      case 'events': {
        const [name, faults] = chance.one(Object.entries(EVENT_FAULTS));
        during({ do: 'events', bucket, name, faults }, { do: 'events', bucket, name: '', faults: {} });
        break;
      }
      case 'mood':
        during({ do: 'mood', mood: chance.one(MOODS) }, { do: 'mood', mood: 'fine' });
        break;
      case 'hang':
        during({ do: 'hang', bucket: BUCKETS[1], on: true }, { do: 'hang', bucket: BUCKETS[1], on: false });
        break;
      case 'clock': {
        const of = chance.one(['database', 'cloud'] as const);
        const offsetMs = chance.one(JUMPS_MS[of]);
        if (atMs < lastJumpMs[of] + JUMP_GAP_MS) break;
        lastJumpMs[of] = atMs;
        steps.push({ atMs, do: 'clock', of, offsetMs });
        break;
      }
      case 'fail':
        steps.push({ atMs, do: 'fail', pick: chance.below(1) });
        break;
    }
  }
  return steps;
}
