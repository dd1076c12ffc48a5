import type { XmlTree } from '../xml/write-xml.ts';
import type { OnProcess } from './run-ffmpeg.ts';

/** Where one job is done: a folder of its own that goes with it. */
export interface Workplace {
  readonly ffmpeg: string;
  readonly signal: AbortSignal;
  readonly onProcess: OnProcess | undefined;
  readonly onShare: (share: number) => void;
  /** paths in the folder */
  readonly input: string;
  readonly output: string;
  /** '' for a job that makes nothing */
  readonly outputKey: string;
}

/** What was made, still in the folder. */
export interface Made {
  readonly files: readonly { readonly key: string; readonly file: string }[];
  readonly mediaInfo: XmlTree;
  /** each file has a number in its key */
  readonly isNumbered?: boolean;
}
