/** One thing in serverless.yml that cannot be, said with its file, line and field. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly file: string;
  /** 1-based */
  readonly line: number;
  /** Dotted, such as `functions.describe.memorySize`; empty for the file as a whole. */
  readonly field: string;

  constructor(file: string, line: number, field: string, message: string) {
    super(`${file}:${line}: ${field === '' ? '' : `${field}: `}${message}`);
    this.file = file;
    this.line = line;
    this.field = field;
  }
}

/** Refuses what stands at a path of the file, with its line. @throws ServiceError always */
export type Fail = (path: readonly string[], message: string) => never;
