import { ControlError } from './control-error.ts';

/** Reads the fields of one JSON object strictly: a field of another kind or name throws `ControlError` that names it. */
export class ControlInput {
  readonly #fields: Record<string, unknown>;
  readonly #at: string;

  constructor(value: unknown, at: string, names: readonly string[]) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ControlError(`${at} must be a JSON object.`);
    }
    this.#fields = { ...value };
    this.#at = at;
    const unknown = Object.keys(value).find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new ControlError(`${at}.${unknown} is not known, expected ${names.join(', ')}.`);
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  get(name: string): unknown {
    return this.#fields[name];
  }

  number(name: string, least: number, most: number): number | undefined {
    const value = this.#fields[name];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= least && value <= most) return value;
    throw this.#wrong(name, `a number from ${least} to ${most}`);
  }

  count(name: string, least: number, most: number): number | undefined {
    const value = this.number(name, least, most);
    if (value === undefined || Number.isInteger(value)) return value;
    throw this.#wrong(name, 'a whole number');
  }

  text(name: string): string | undefined {
    const value = this.#fields[name];
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong(name, 'a string');
  }

  flag(name: string): boolean | undefined {
    const value = this.#fields[name];
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.#wrong(name, 'true or false');
  }

  oneOf<Value extends string>(name: string, allowed: readonly Value[]): Value | undefined {
    const value = this.#fields[name];
    if (value === undefined) return undefined;
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw this.#wrong(name, `one of ${allowed.join(', ')}`);
    return found;
  }

  required<Value>(name: string, value: Value | undefined): Value {
    if (value === undefined) throw new ControlError(`${this.#at}.${name} is missing.`);
    return value;
  }

  #wrong(name: string, expected: string): ControlError {
    return new ControlError(
      `${this.#at}.${name} is ${JSON.stringify(this.#fields[name])}, expected ${expected}.`,
    );
  }
}
