import { createClient } from '../ci/client/create-client.ts';
import { systemClock } from '../clock.ts';
import { readConfig, readStoreConfig } from '../config.ts';
import { readCredentials } from '../credentials.ts';
import type { Environment } from '../environment.ts';
import { ConfigError } from '../read-variables.ts';
import { openStore, type Store } from '../store/store.ts';
import { slotsByAccount } from '../throttle/rate.ts';

/**
 * What one instance of a function keeps between its runs. Credentials are no part of it: they are read anew for every
 * request.
 *
 * @throws ConfigError, which stops the function at its first line
 */
export function createInstance(env: Environment) {
  const clock = systemClock;
  const config = readConfig(env);
  const credentials = () => readCredentials(env);
  const ci = createClient({
    ...clock,
    endpoint: config.ciEndpoint,
    cosEndpoint: config.cosEndpoint,
    timeoutMs: config.ciTimeoutMs,
    credentials,
  });
  const store = config.databaseUrl === undefined ? undefined : openStore(config.databaseUrl, clock.now);
  return { clock, config, credentials, ci, store };
}

/** The same for a function that is nothing without its store. */
export function createInstanceWithStore(env: Environment) {
  const { store: opened, ...instance } = createInstance(env);
  const store = needed(opened);
  return { ...instance, store, slotsFor: slotsByAccount(store, instance.config.ciMaxRps, instance.clock) };
}

/** What an instance keeps that works on the store alone and never asks CI. @throws ConfigError */
export function createStoreInstance(env: Environment) {
  const clock = systemClock;
  const { databaseUrl, ...config } = readStoreConfig(env);
  const store = needed(databaseUrl === undefined ? undefined : openStore(databaseUrl, clock.now));
  return { clock, config, store };
}

function needed(store: Store | undefined): Store {
  if (store === undefined) throw new ConfigError('DATABASE_URL: required, a store for this function');
  return store;
}

/** What one instance of a function keeps between its runs. */
export type Instance = ReturnType<typeof createInstance>;
