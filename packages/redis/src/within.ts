/** The answer, or `undefined` when it did not come in time or was an error. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const limit = setTimeout(resolve, ms, undefined);
  try {
    return await Promise.race([answer, promise]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(limit);
    // Nobody waits for it any more when it fails late.
    answer.catch(() => {});
  }
}
