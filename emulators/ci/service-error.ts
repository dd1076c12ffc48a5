/** A refusal that the client is told: `code` and `status` as documented, `message` names the field at fault. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly status: number;
  readonly code: string;
  /** Further nodes of the `<Error>` element, such as COS's `ServerTime`. */
  readonly details: Record<string, string>;
  /** Further headers of the answer, such as `retry-after`. */
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: string,
    message: string,
    details: Record<string, string> = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.headers = headers;
  }
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError(400, 'InvalidArgument', message);
}
