import type { Plugin } from 'esbuild';
import { readMigrations, SCHEMA_VERSION } from '../../shared/store/schema/migrations.ts';
import { squeezeSql } from './sql/squeeze-sql.ts';

/** Beside the code of every function that has a store. */
export const MIGRATIONS_FILE = 'migrations.json';

const MIGRATIONS_MODULE = /[/\\]shared[/\\]store[/\\]schema[/\\]migrations\.ts$/;

/** What the file holds: the migrations without their comments and indentation. */
export function migrationsText(): string {
  const squeezed = readMigrations().map((one) => (typeof one === 'string' ? squeezeSql([one])[0] : one));
  return `${JSON.stringify(squeezed)}\n`;
}

/** In a bundle the migrations are read from their file, when a database wants one. */
export const migrationsBeside: Plugin = {
  name: 'migrations-beside',
  setup({ onLoad }) {
    onLoad({ filter: MIGRATIONS_MODULE }, () => ({
      contents: `
        import { readFileSync } from 'node:fs';
        import path from 'node:path';
        export const SCHEMA_VERSION = ${SCHEMA_VERSION};
        export const readMigrations = () =>
          JSON.parse(readFileSync(path.join(__dirname, ${JSON.stringify(MIGRATIONS_FILE)}), 'utf8'));`,
      loader: 'js',
    }));
  },
};
