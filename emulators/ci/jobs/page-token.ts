import { invalidArgument } from '../service-error.ts';
import type { Job } from './job.ts';

/** The place of the last job of a page. Paging goes by place, not by count, so jobs made meanwhile move nothing. */
export interface PagePlace {
  CreatedAt: number;
  Seq: number;
}

export function pageToken(job: Job): string {
  return Buffer.from(`${job.CreatedAt}.${job.Seq}`).toString('base64url');
}

export function readPageToken(token: string): PagePlace {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(token, 'base64url').toString('latin1'));
  if (match === null) throw invalidArgument('nextToken is not one that this service gave out.');
  return { CreatedAt: Number(match[1]), Seq: Number(match[2]) };
}

export function byPlace(a: PagePlace, b: PagePlace): number {
  return a.CreatedAt - b.CreatedAt || a.Seq - b.Seq;
}
