import { httpFunction } from '../shared/http/http-function.ts';
import { reading } from '../shared/http/reading.ts';
import { writing } from '../shared/http/writing.ts';
import { createInstance } from '../shared/scf/create-instance.ts';

const instance = createInstance(process.env);
const routes = [...reading(instance, __dirname), ...writing(instance)];

/** HTTP: the whole API at one address. */
export const main_handler = httpFunction(routes, instance.config, instance.clock);
