/** The code that the system, a library or PostgreSQL gave an error, such as `ECONNREFUSED` or `57014`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
