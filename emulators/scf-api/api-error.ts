/** A refusal as the API words it: HTTP 200 and `{"Response": {"Error": {"Code", "Message"}, "RequestId"}}` [doc 583/30771]. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
