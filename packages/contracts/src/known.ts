import type { z } from 'zod';

/** Rounds of taking unknown fields away: one for each level that they may be found on. */
const maxRounds = 32;

/**
 * Reads what another version of the code wrote: fields that this version does not know are left
 * out, everything else must fit. A newer writer may add, so the readers need not go first.
 */
export function parseKnown<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  let given = value;
  for (let round = 0; round < maxRounds; round += 1) {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const unknown = parsed.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
    if (unknown.length < parsed.error.issues.length || unknown.length === 0) throw parsed.error;
    given = structuredClone(given);
    for (const { path, keys } of unknown) dropKeys(given, path, keys);
  }
  return schema.parse(given);
}

function dropKeys(root: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  let holder = root as Record<PropertyKey, unknown>;
  for (const step of path) holder = holder[step] as Record<PropertyKey, unknown>;
  for (const key of keys) delete holder[key];
}
