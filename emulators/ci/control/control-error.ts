/** Input to the control surface that is not understood; answered 400 (or `status`) as JSON with this message. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}
