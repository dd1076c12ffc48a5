import type { Service, ServiceFunction } from './service.ts';

/** A function by its name in serverless.yml. @throws Error naming those that there are */
export function functionNamed({ functions }: Service, name: unknown): ServiceFunction {
  const found = functions.find((fn) => fn.name === name);
  if (found !== undefined) return found;
  const names = functions.map((fn) => fn.name).join(', ');
  throw new Error(`expected a function of serverless.yml (${names}), got ${name}`);
}
