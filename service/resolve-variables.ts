import type { Environment } from '../shared/environment.ts';

/** `${env:NAME}` or `${env:NAME, 'default'}`; the default in either kind of quotes. */
const ENV_VARIABLE = /^env:\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:,\s*(?:'([^']*)'|"([^"]*)"))?\s*$/;
/** Also one that is not closed or holds another: those are refused, not passed over. */
const VARIABLE = /(\\?)\$\{([^}]*)(\}?)/g;

/**
 * `\${ext}` is the text `${ext}`, as in Serverless: the outputs of rules have placeholders of their own. Otherwise
 * replaces the variables of one text by their values. A variable that is set to an empty text counts as set, as
 * in Serverless.
 *
 * @throws Error when a variable is not set and has no default, or is of a kind that is not supported.
 */
export function resolveVariables(text: string, env: Environment): string {
  return text.replaceAll(VARIABLE, (whole: string, backslash: string, expression: string, end: string) => {
    if (backslash !== '') return whole.slice(1);
    const match = end === '' ? null : ENV_VARIABLE.exec(expression.trim());
    if (match === null) {
      throw new Error(`expected \${env:NAME} or \${env:NAME, 'default'}, got ${whole}`);
    }
    const [, name = '', single, double] = match;
    const value = (Object.hasOwn(env, name) ? env[name] : undefined) ?? single ?? double;
    if (value === undefined) {
      throw new Error(`expected the environment variable ${name} to be set, since it has no default`);
    }
    return value;
  });
}
