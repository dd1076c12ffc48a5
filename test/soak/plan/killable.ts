/** Instances of these functions are killed one by one. */
const KILLED_FUNCTIONS = ['on-object', 'recheck', 'deliver', 'callback'] as const;

export const KILLABLES = [
  ...KILLED_FUNCTIONS,
  'runtime',
  'cloud 1',
  'cloud 2',
  'ffmpeg',
  'receiver',
  'postgres: immediate',
  'postgres: kill',
] as const;
export type Killable = (typeof KILLABLES)[number];
