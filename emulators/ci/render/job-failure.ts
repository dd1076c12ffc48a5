/** A job that ends Failed: a code and one readable sentence for the user, ffmpeg's own words for the log. */
export class JobFailure extends Error {
  override readonly name: string = 'JobFailure';
  // Job-level codes are not published; these are a [guess].
  readonly code: 'InvalidArgument' | 'InvalidMediaFile' | 'NoSuchKey' | 'JobTimeout' | 'InternalError';
  readonly stderr: string;

  constructor(code: JobFailure['code'], message: string, stderr = '') {
    super(message);
    this.code = code;
    this.stderr = stderr;
  }
}

/** What was made holds no picture: the part that was chosen has none, or is shorter than half a picture's time. */
export class NoFrame extends JobFailure {
  override readonly name = 'NoFrame';

  constructor() {
    super('InvalidArgument', 'The chosen part of the clip holds no frame.');
  }
}
