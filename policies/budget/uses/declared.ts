import type { DeclaredUse } from '../facts.ts';

type Declare = (
  limitId: string,
  quantity: number,
  because: string,
  instance?: string,
) => DeclaredUse;

/** Uses that a file of the topology declares. */
export function usesIn(file: string): Declare {
  return (limitId, quantity, because, instance) => ({
    limitId,
    quantity,
    because,
    source: { file, line: 1 },
    ...(instance === undefined ? {} : { instance }),
  });
}
