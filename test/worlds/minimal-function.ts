import { zipSync } from 'fflate';

/** A zip of one file; the same code gives the same bytes. */
export function zipOf(code: string): Buffer {
  return Buffer.from(zipSync({ 'index.js': Buffer.from(code) }, { mtime: new Date(2000, 0, 1) }));
}

/** What CreateFunction needs at least. */
export function minimalFunction(name: string, code = 'exports.main_handler = async () => 1;') {
  return {
    FunctionName: name,
    Handler: 'index.main_handler',
    Runtime: 'Nodejs20.19',
    Code: { ZipFile: zipOf(code).toString('base64') },
  };
}
