/** An index of a large table, which is built while everybody goes on writing: outside of any transaction. */
export interface LargeIndex {
  readonly name: string;
  readonly definition: string;
  /** what it is for */
  readonly query: string;
}
