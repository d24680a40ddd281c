import { docsPage } from '../pages/docs.ts';

export interface ServedDescription {
  readonly json: string;
  readonly page: string;
}

/** Makes the description when it is first asked for, and again when it may have changed. */
export function serveDescription(
  describe: () => Promise<unknown>,
  keepMs: number,
): () => Promise<ServedDescription> {
  let made: Promise<ServedDescription> | undefined;
  let madeAtMs = 0;
  async function make(): Promise<ServedDescription> {
    const description = await describe();
    return { json: JSON.stringify(description), page: docsPage(description) };
  }
  return () => {
    const now = performance.now();
    if (made && now - madeAtMs < keepMs) return made;
    const begun = make();
    made = begun;
    madeAtMs = now;
    begun.catch(() => {
      if (made === begun) made = undefined;
    });
    return begun;
  };
}
