/** Counts what happened, by kind and name. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();

  count(kind: string, name: string, by = 1): void {
    const names = this.#counts.get(kind) ?? new Map<string, number>();
    names.set(name, (names.get(name) ?? 0) + by);
    this.#counts.set(kind, names);
  }

  total(kind: string): number {
    return [...(this.#counts.get(kind)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  }

  /** `kills 12: runtime 3, receiver 9` for each kind. */
  lines(): string[] {
    return [...this.#counts].map(([kind, names]) => {
      const parts = [...names].sort().map(([name, count]) => `${name} ${count}`);
      return `${kind.padEnd(8)} ${this.total(kind)}: ${parts.join(', ')}`;
    });
  }
}
