import type { CloudClock } from './cloud-clock.ts';
import type { Writer } from './cloud-request.ts';
import { noteDelivered } from './objects/note-delivered.ts';
import type { ObjectStore } from './objects/object-store.ts';
import type { ObjectInfo } from './objects/sidecar.ts';
import { newRequestId } from './request-id.ts';

/** An object as it was written. */
export interface CreatedObject extends Writer {
  bucket: string;
  region: string;
  key: string;
  size: number;
  /** The bare MD5, without quotes. */
  etag: string;
  contentType: string;
  /** `cos:ObjectCreated:Put`, … */
  eventName: string;
  /** When it was announced, in milliseconds of the service's clock. */
  timeMs: number;
}

/** Returns, or resolves, when it has got hold of the news; what it threw for is told again after the next start. */
export type ObjectListener = (object: CreatedObject) => unknown;

export interface AnnouncementOptions {
  region: string;
  clock: CloudClock;
  objects: ObjectStore;
  listener: ObjectListener | undefined;
  log: (line: Record<string, unknown>) => void;
}

/** Tells the listener of objects whose write is on disk, and keeps in mind what it has got hold of. */
export class Announcements {
  readonly #options: AnnouncementOptions;
  readonly #notes = new Set<Promise<void>>();

  constructor(options: AnnouncementOptions) {
    this.#options = options;
  }

  /** Returns at once: the listener may take minutes, and whatever it makes of it the write stands. */
  created({ key, size, etag, contentType }: ObjectInfo, eventName: string, writer: Writer): void {
    const { region, clock, objects, listener, log } = this.#options;
    if (listener === undefined) return;
    const created = { key, size, etag, contentType, eventName, timeMs: clock.now(), ...writer };
    (async () => listener({ bucket: objects.bucket, region, ...created }))().then(
      () => this.#noteDelivered(created),
      (error: unknown) =>
        log({ level: 'error', event: 'object not delivered to its triggers', key, error: String(error) }),
    );
  }

  /** A file put by hand is announced as if somebody had uploaded it. */
  dropped(info: ObjectInfo): void {
    this.created(info, 'cos:ObjectCreated:Put', { requestId: newRequestId(), authorization: '' });
  }

  /** Resolves when what the listener has got hold of is on disk. */
  async noted(): Promise<void> {
    await Promise.all(this.#notes);
  }

  #noteDelivered(created: { key: string; etag: string }): void {
    const { objects, log } = this.#options;
    const note = noteDelivered(objects, created)
      .catch((error: unknown) =>
        log({ level: 'warn', event: 'delivery not noted', key: created.key, error: String(error) }),
      )
      .finally(() => this.#notes.delete(note));
    this.#notes.add(note);
  }
}
