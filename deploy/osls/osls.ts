/** The parts of osls that a provider plugin meets; osls itself has types for its configuration only. */

export interface Osls {
  /** The folder of serverless.yml, which is also the working directory. */
  readonly serviceDir: string;
  /** `serverless.yml`, relative to it. */
  readonly configurationFilename: string;
  readonly processedInput: {
    /** `deploy function` */
    readonly command: string;
    readonly commands: readonly string[];
    readonly isHelpRequest: boolean;
  };
  readonly service: { getFunction(name: string): { package?: { artifact?: string } } };
  readonly configSchemaHandler: SchemaHandler;
  /** `Error` is what the person at the keyboard can mend: it is shown without a stack. */
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
  setProvider(name: string, provider: unknown): void;
  /** Changes what osls takes for the content of serverless.yml. */
  extendConfiguration(path: readonly string[], value: unknown): void;
}

export interface SchemaHandler {
  defineProvider(
    name: string,
    schema: {
      readonly provider: { readonly properties: JsonSchemas };
      readonly function: { readonly properties: JsonSchemas };
      readonly functionEvents: JsonSchemas;
    },
  ): void;
}

/** JSON schemas by the name of the key that each describes. */
export type JsonSchemas = Readonly<Record<string, object>>;

/** The options of the command line by their long names; filled in only once all plugins are known. */
export type CliOptions = Readonly<Record<string, unknown>>;

export interface Writers {
  /** To stderr: what goes on. */
  readonly log: Record<'info' | 'notice' | 'success' | 'warning', (text: string) => void>;
  /** To stdout: what was asked for. */
  readonly writeText: (text: string | readonly string[]) => void;
  /** Shown on a terminal only. */
  readonly progress: { get(name: string): { update(text: string): void; remove(): void } };
}
