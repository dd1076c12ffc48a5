import type { Log } from '../log.ts';

export function logDeliveryDead(log: Log, delivery: string, endpoint: string, reason: string): void {
  log.error('a delivery is dead: it is not tried again until somebody sends it again', {
    code: 'DeliveryDead',
    delivery,
    endpoint,
    reason,
  });
}

export function logEndpointOff(log: Log, endpoint: string): void {
  log.error('an endpoint answered that it is gone: nothing is sent to it until somebody enables it', {
    code: 'EndpointOff',
    endpoint,
  });
}

export function logSweepLate(log: Log, ageSeconds: number): void {
  log.error('no sweep ran lately: nobody looks after open jobs until recheck runs again', {
    code: 'SweepLate',
    ageSeconds,
  });
}
