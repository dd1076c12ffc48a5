import { ANSWERS } from '../../../shared/http/answers/answers.ts';
import { COMPONENTS } from '../../../shared/http/answers/documents.ts';
import { EVENTS } from '../../../shared/http/answers/events.ts';
import { ROUTES } from '../../../shared/http/routes/routes.ts';
import { openApiDocument } from './document.ts';
import type { Json } from './json-schema.ts';
import type { ProblemText } from './read-problems.ts';

/** The document of our API, with what each code of a problem means. */
export function apiDocument(version: string, problems: readonly ProblemText[]): Json {
  const document = openApiDocument({
    version,
    routes: ROUTES,
    answers: ANSWERS,
    components: COMPONENTS,
    webhooks: EVENTS,
  });
  return JSON.parse(JSON.stringify({ ...Object(document), 'x-problems': problems }));
}
