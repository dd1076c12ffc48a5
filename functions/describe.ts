import rules from 'jobwatch:rules';
import { httpFunction } from '../shared/http/http-function.ts';
import { reading } from '../shared/http/reading.ts';
import { createInstance } from '../shared/scf/create-instance.ts';
import { keepHeapSmall } from '../shared/scf/keep-heap-small.ts';

keepHeapSmall();
const instance = createInstance(process.env);

/** HTTP: the reading half of the API, at an address of its own: it can submit, cancel and change nothing. */
export const main_handler = httpFunction(
  reading(instance, rules, __dirname),
  instance.config,
  instance.clock,
);
