/** The API's code that a call was refused with; a lost connection has none. */
export async function refusalCode(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const code: unknown = Object(error).code;
    return typeof code === 'string' ? code : 'no answer';
  }
  return 'not refused';
}
