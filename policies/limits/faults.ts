/** What is wrong with the catalogue, where, and what to do about it. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  readonly remedy: string;
}

/** The catalogue cannot be relied on: nothing of it is used. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const said = faults.map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
    super(`The limits catalogue is refused:\n${said.join('\n')}`);
    this.faults = faults;
  }
}
