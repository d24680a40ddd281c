/** The code of an error of the operating system: `ENOENT`, `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The code of the innermost cause, which is where the network says what happened. */
export function rootCodeOf(error: unknown): string | undefined {
  let current = error;
  let code = codeOf(current);
  for (let depth = 0; depth < 5 && current instanceof Error && current.cause; depth += 1) {
    current = current.cause;
    code = codeOf(current) ?? code;
  }
  return code;
}
