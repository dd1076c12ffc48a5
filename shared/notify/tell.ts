import type { Log } from '../log.ts';

export function tellDead(log: Log, delivery: string, endpoint: string, reason: string): void {
  log.error('a delivery is dead: it is not tried again by itself', {
    code: 'DeliveryDead',
    delivery,
    endpoint,
    reason,
  });
}

export function tellOff(log: Log, endpoint: string): void {
  log.error('an endpoint is gone: nothing is sent to it until somebody switches it on', {
    code: 'EndpointOff',
    endpoint,
  });
}
