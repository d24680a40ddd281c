import { catalogue } from '../limits/index.ts';

/**
 * The day that is compiled for: the last on which anybody read a source. What is compiled is
 * committed, so it may change with the catalogue, and not with the day on which it is made.
 */
export function compileDay(limits: readonly { readonly verifiedAt: string }[] = catalogue): string {
  const days = limits.map(({ verifiedAt }) => verifiedAt).sort();
  return days.at(-1) ?? '';
}
