/** A job that ends Failed: a code and one readable sentence for the user, ffmpeg's own words for the log. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
  // Job-level codes are not published; these are a [guess].
  readonly code: 'InvalidArgument' | 'InvalidMediaFile' | 'NoSuchKey' | 'JobTimeout' | 'InternalError';
  readonly stderr: string;

  constructor(code: JobFailure['code'], message: string, stderr = '') {
    super(message);
    this.code = code;
    this.stderr = stderr;
  }
}
