export interface Shared<T> {
  readonly value: T;
  close(): Promise<void>;
}

interface Made {
  readonly making: Promise<Shared<unknown>>;
  users: number;
}

/** vitest loads a globalSetup anew for each project, and gives them nothing in common but the process. */
const SHARED = Symbol.for('jobwatch.for-all-projects');
const shared = globalThis as { [SHARED]?: Map<string, Made> };

/** Makes something for the first project that needs it; `release` of the last one closes it. */
export async function forAllProjects<T>(name: string, make: () => Promise<Shared<T>>) {
  shared[SHARED] ??= new Map();
  const made = shared[SHARED].get(name) ?? { making: make(), users: 0 };
  shared[SHARED].set(name, made);
  made.users += 1;
  const { value, close } = (await made.making) as Shared<T>;
  const release = async () => {
    made.users -= 1;
    if (made.users === 0) await close();
  };
  return { value, release };
}
