/** Something that must stay true did not: a defect in our own code, never a user's mistake. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BugError(message);
}

/** Closes a switch over a union: the compiler proves that the call cannot happen. */
export function unreachable(x: never): never {
  throw new BugError(`Unreachable case: ${JSON.stringify(x)}`);
}
