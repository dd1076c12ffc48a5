import { readFile } from 'node:fs/promises';
import { replaceFile } from '../objects/durable-file.ts';
import { KeyLock } from '../objects/key-lock.ts';
import type { Template } from './template.ts';

/** The bucket's own templates in one JSON file, replaced whole at each change. */
export class TemplateStore {
  readonly #path: string;
  readonly #tmp: string;
  readonly #writes = new KeyLock();
  #templates = new Map<string, Template>();

  constructor(path: string, tmp: string) {
    this.#path = path;
    this.#tmp = tmp;
  }

  async open(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '[]';
      throw error;
    });
    const templates: Template[] = JSON.parse(text);
    this.#templates = new Map(templates.map((template) => [template.TemplateId, template]));
  }

  get(id: string): Template | undefined {
    return this.#templates.get(id);
  }

  /** Newest first [guess]. */
  all(): Template[] {
    return [...this.#templates.values()].reverse();
  }

  save(template: Template): Promise<void> {
    return this.#write((templates) => templates.set(template.TemplateId, template));
  }

  remove(id: string): Promise<void> {
    return this.#write((templates) => templates.delete(id));
  }

  #write(change: (templates: Map<string, Template>) => void): Promise<void> {
    return this.#writes.run('templates', async () => {
      const next = new Map(this.#templates);
      change(next);
      await replaceFile(this.#path, JSON.stringify([...next.values()]), this.#tmp);
      this.#templates = next;
    });
  }
}
