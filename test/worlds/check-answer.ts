import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

/**
 * Holds answers against the API's document: nothing may be answered that it does not say.
 *
 * @param file openapi.json
 */
export function answerChecker(file: string) {
  const document = JSON.parse(readFileSync(file, 'utf8'), closed);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'api');
  const paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> = document.paths;
  const forms = Object.keys(paths).map((path) => ({
    path,
    form: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
  }));

  return (method: string, target: string, { status, headers, body }: Told): void => {
    const type = headers['content-type']?.split(';')[0] ?? '';
    const path = forms.find(({ form }) => form.test(target.split('?')[0] ?? ''))?.path;
    const operation = path === undefined ? undefined : paths[path]?.[method.toLowerCase()];
    if (path === undefined || operation === undefined || status === 304) return;
    const known = String(status) in operation.responses ? String(status) : 'default';
    const content = operation.responses[known]?.content;
    const said = `${method} ${path} answered ${status} ${type}`;
    if (body === '') {
      if (content !== undefined && known !== 'default') throw new Error(`${said}: expected a body`);
      return;
    }
    if (content?.[type] === undefined) throw new Error(`${said}: the document has no such answer`);
    if (!type.endsWith('json')) return;
    const place = ['paths', path, method.toLowerCase(), 'responses', known, 'content', type, 'schema'];
    const validate = ajv.compile({ $ref: `api#/${place.map(pointer).join('/')}` });
    if (!validate(JSON.parse(body)))
      throw new Error(
        `${said}, which is not what the document says: ${ajv.errorsText(validate.errors)}\n${body.slice(0, 500)}`,
      );
  };
}

/** The document lets later releases add keys; what is answered today has none that it does not name. */
function closed(_: string, value: unknown): unknown {
  if (
    typeof value !== 'object' ||
    value === null ||
    !('properties' in value) ||
    'additionalProperties' in value
  )
    return value;
  return { ...value, additionalProperties: false };
}

function pointer(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
