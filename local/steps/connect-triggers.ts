import type { Runtime } from '../../emulators/scf/start-runtime.ts';
import type { Service } from '../../service/service.ts';
import type { CosTrigger } from '../triggers/cos-trigger.ts';
import { type CosTriggers, startCosTriggers } from '../triggers/start-cos-triggers.ts';

interface Parts {
  service: Service;
  runtime: Pick<Runtime, 'invokeAsync'>;
}

export interface ConnectedTriggers extends CosTriggers {
  /** From now on events are delivered; what was written before waits for this. */
  connect(service: Service, runtime: Pick<Runtime, 'invokeAsync'>): void;
}

/** COS triggers for a local cloud that starts before the functions do. */
export function connectTriggers(): ConnectedTriggers {
  let connect: (parts: Parts) => void = () => undefined;
  const connected = new Promise<Parts>((resolve) => {
    connect = resolve;
  });
  const triggers = startCosTriggers({
    triggers: connected.then(({ service }) => triggersOf(service)),
    deliver: async (name, event) => {
      const { runtime } = await connected;
      const result = await runtime.invokeAsync(name, event);
      // An event that its function did not deal with is told again at the next start.
      if (!result.ok) throw new Error(`${name}: ${result.failure.code}`);
    },
  });
  return { ...triggers, connect: (service, runtime) => connect({ service, runtime }) };
}

function triggersOf({ functions }: Service): CosTrigger[] {
  return functions.flatMap(({ name, objectTriggers }) =>
    objectTriggers.map((trigger) => ({ ...trigger, functionName: name })),
  );
}
