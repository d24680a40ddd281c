import { CatalogueError, type Fault } from './faults.ts';
import type { Catalogue } from './model.ts';
import { type CatalogueFile, readCatalogueFile } from './read-file.ts';
import { validityFaults } from './validity.ts';

/** All that the files say. Throws a `CatalogueError` with every fault of all of them. */
export function readCatalogue(files: readonly CatalogueFile[]): Catalogue {
  const parts = files.map(readCatalogueFile);
  const limits = parts.flatMap((part) => part.limits);
  const terms = parts.flatMap((part) => part.terms);
  const faults = [
    ...parts.flatMap((part) => part.faults),
    ...validityFaults([...limits, ...terms]),
    ...disagreements(limits),
  ];
  if (faults.length > 0) throw new CatalogueError(faults.toSorted(byPlace));
  return { limits, terms };
}

/** Entries of one id are the same thing at different times: sums over them need one measure. */
function disagreements(limits: Catalogue['limits']): readonly Fault[] {
  return [...Map.groupBy(limits, ({ id }) => id).values()].flatMap(([first, ...others]) =>
    others
      .filter(({ unit, bound }) => unit !== first?.unit || bound !== first.bound)
      .map(({ id, unit, declaredAt }) => ({
        ...declaredAt,
        reason: `${id} is counted in ${unit} here and in ${first?.unit} in another entry`,
        remedy: 'Convert one of them, or give what is now counted otherwise an id of its own.',
      })),
  );
}

const byPlace = (a: Fault, b: Fault): number =>
  a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
