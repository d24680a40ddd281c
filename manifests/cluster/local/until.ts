import { setTimeout as pause } from 'node:timers/promises';
import { ClusterError } from './cluster-error.ts';

export interface Patience {
  /** What is waited for, as the end of "was not so after n s: ". */
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs?: number;
}

/** Asks again until there is an answer. The last reason why there was none is told when time is up. */
export async function until<Answer>(
  { what, timeoutMs, everyMs = 250 }: Patience,
  ask: () => Promise<{ readonly answer: Answer } | { readonly notYet: string }>,
): Promise<Answer> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const said = await ask();
    if ('answer' in said) return said.answer;
    if (performance.now() > endsAt) {
      throw new ClusterError(`After ${timeoutMs / 1000} s still not: ${what}. ${said.notYet}`, {
        next: 'Read the logs of the programs; where they are is told below.',
      });
    }
    await pause(everyMs);
  }
}
