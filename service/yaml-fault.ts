/** What each error of the YAML parser means for who writes the file, by its code; its own messages are not shown. */
const EXPECTED: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias without an anchor or a tag of its own',
  BAD_ALIAS: 'an alias that names an anchor above it',
  BAD_DIRECTIVE: 'no directive',
  BAD_DQ_ESCAPE: 'an escape that double quotes know, or single quotes',
  BAD_INDENT: 'lines of one level at one indentation',
  BAD_PROP_ORDER: 'an anchor or a tag before its value',
  BAD_SCALAR_START: 'a value in quotes, since it begins with a character that YAML keeps for itself',
  BLOCK_AS_IMPLICIT_KEY: 'one key and its value on a line',
  BLOCK_IN_FLOW: 'commas between braces or brackets, and no lines that begin with -',
  DUPLICATE_KEY: 'each key once',
  KEY_OVER_1024_CHARS: 'a key of at most 1024 characters',
  MISSING_CHAR: 'a bracket, quote, colon or comma that is missing here',
  MULTILINE_IMPLICIT_KEY: 'a key on one line',
  MULTIPLE_ANCHORS: 'one anchor at a value',
  MULTIPLE_DOCS: 'one document, without --- below the first line',
  MULTIPLE_TAGS: 'one tag at a value',
  NON_STRING_KEY: 'keys that are text',
  RESOURCE_EXHAUSTION: 'a file that is nested less deeply',
  TAB_AS_INDENT: 'spaces for indentation, and no tab',
  TAG_RESOLVE_FAILED: 'no tag such as !Ref',
  UNEXPECTED_TOKEN: 'a key and its value, or an item of a list',
};

/** Why a line of serverless.yml cannot be read. */
export function yamlFault(code: string): string {
  return `expected ${EXPECTED[code] ?? 'YAML'}: this line cannot be read`;
}
