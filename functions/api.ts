import rules from 'jobwatch:rules';
import { httpFunction } from '../shared/http/http-function.ts';
import { reading } from '../shared/http/reading.ts';
import { writing } from '../shared/http/writing.ts';
import { checkUploads } from '../shared/rules/check-uploads.ts';
import { createInstance } from '../shared/scf/create-instance.ts';
import { keepHeapSmall } from '../shared/scf/keep-heap-small.ts';

keepHeapSmall();
const instance = createInstance(process.env);
checkUploads(instance.config, rules);
const routes = [...reading(instance, rules, __dirname), ...writing(instance, rules)];

/** HTTP: the whole API at one address. */
export const main_handler = httpFunction(routes, instance.config, instance.clock);
