import { newId, type ProductId, type Refusal, type VariantId, type VendorId } from '@mkt/kernel';
import type { Tx, Write } from '@mkt/service-kit';
import { Fault, isUniqueViolation, vendorScope } from '@mkt/service-kit';
import {
  importAttempts,
  importBatch,
  marketplaceCurrency,
  maxReportedProblems,
} from '../config.ts';
import { type CsvItem, type CsvProduct, type RowProblem, readProducts } from '../csv/index.ts';
import { decide } from '../domain/lifecycle.ts';
import type { Product } from '../domain/product.ts';
import type { StoredProduct } from '../domain/snapshot.ts';
import { decisionContext, type ProductContext } from './context.ts';
import { contentOfCsv, editsOfCsv } from './csv-mapping.ts';
import { storedProduct, writeOf } from './write-product.ts';

/** What became of a file. */
export interface ImportReport {
  readonly products: {
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    readonly skipped: number;
  };
  readonly rows: number;
  readonly problems: readonly RowProblem[];
  readonly problemCount: number;
  /** There are more problems than are listed. */
  readonly truncated: boolean;
}

type CsvEntry = Extract<CsvItem, { kind: 'product' }>;
type Counts = { created: number; updated: number; unchanged: number };

/**
 * Brings a vendor's catalogue up to a file, product by product as it streams in. Products are told
 * by their handles, and one that already is as the file says is not written: a file may be sent
 * again after any failure. A batch is one transaction, so products are whole or not there.
 */
export async function importProducts(
  context: ProductContext,
  vendorId: VendorId,
  source: AsyncIterable<Uint8Array>,
): Promise<ImportReport> {
  const tally = { rows: 0, skipped: 0 };
  const counts: Counts = { created: 0, updated: 0, unchanged: 0 };
  const problems: RowProblem[] = [];
  let problemCount = 0;
  let batch: CsvEntry[] = [];
  const report = (problem: RowProblem) => {
    problemCount += 1;
    if (problems.length < maxReportedProblems) problems.push(problem);
  };
  const save = async () => {
    const saved = await saveBatch(context, vendorId, batch);
    batch = [];
    counts.created += saved.counts.created;
    counts.updated += saved.counts.updated;
    counts.unchanged += saved.counts.unchanged;
    tally.skipped += saved.refused.length;
    for (const { entry, refusal } of saved.refused) report(problemOf(entry, refusal));
  };

  // Problems are counted and not held, so however many there are, the rest is still read.
  const options = { currency: marketplaceCurrency, maxErrors: Number.MAX_SAFE_INTEGER, tally };
  for await (const item of readProducts(source, options)) {
    if (item.kind === 'problem') report(item.problem);
    else if (batch.push(item) === importBatch) await save();
  }
  if (batch.length > 0) await save();
  const { rows, skipped } = tally;
  const truncated = problemCount > problems.length;
  return { products: { ...counts, skipped }, rows, problems, problemCount, truncated };
}

interface SavedBatch {
  readonly counts: Counts;
  readonly refused: readonly { readonly entry: CsvEntry; readonly refusal: Refusal }[];
}

class WrittenByAnother extends Error {
  override readonly name = 'WrittenByAnother';
}

/** Decides again when somebody else wrote one of these products in between. */
async function saveBatch(
  context: ProductContext,
  vendorId: VendorId,
  batch: readonly CsvEntry[],
): Promise<SavedBatch> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await context.db.transaction(vendorScope(vendorId), (tx) =>
        saveWithin(context, tx, vendorId, batch),
      );
    } catch (error) {
      if (!(error instanceof WrittenByAnother) && !isUniqueViolation(error)) throw error;
      if (attempt === importAttempts) {
        throw new Fault('CONFLICTING_WRITE', 'These products are being written by someone else', {
          cause: error,
        });
      }
    }
  }
}

async function saveWithin(
  { products, clock }: ProductContext,
  tx: Tx,
  vendorId: VendorId,
  batch: readonly CsvEntry[],
): Promise<SavedBatch> {
  const handles = batch.map(({ product }) => product.handle);
  const found = await products.find(tx, {
    where: { handle: handles },
    vendorId,
    limit: batch.length,
  });
  const known = new Map(found.map((stored) => [stored.body.handle, storedProduct(stored)]));
  const counts: Counts = { created: 0, updated: 0, unchanged: 0 };
  const refused: { entry: CsvEntry; refusal: Refusal }[] = [];
  const writes: Write<Product>[] = [];
  for (const entry of batch) {
    const before = known.get(entry.product.handle);
    const decided = decideImport(before, entry.product, clock);
    if (!decided.ok) refused.push({ entry, refusal: decided.error });
    else if (!decided.value.changed) counts.unchanged += 1;
    else {
      counts[before ? 'updated' : 'created'] += 1;
      writes.push(writeOf(draftOf(vendorId, before, decided.value.next, entry.product)).write);
    }
  }
  if (writes.length > 0 && (await products.putMany(tx, writes)).length > 0) {
    throw new WrittenByAnother();
  }
  return { counts, refused };
}

function decideImport(
  before: StoredProduct | undefined,
  csv: CsvProduct,
  clock: ProductContext['clock'],
) {
  const context = decisionContext(clock);
  return before
    ? decide(before.body, { type: 'update', changes: editsOfCsv(csv) }, context)
    : decide(
        null,
        { type: 'create', content: contentOfCsv(csv), currency: marketplaceCurrency },
        context,
      );
}

function draftOf(
  vendorId: VendorId,
  before: StoredProduct | undefined,
  next: Product,
  csv: CsvProduct,
) {
  // Variants come out of a decision in the order of the file.
  const imported = new Map<VariantId, number | null>(
    next.variants.map((variant, at) => [variant.id, csv.variants[at]?.inventoryQuantity ?? null]),
  );
  const id: ProductId = before?.id ?? newId<'Product'>();
  return { id, vendorId, body: next, from: before?.version ?? 0, imported };
}

/** The file is right, but the product cannot take it. */
function problemOf({ product, rows }: CsvEntry, refusal: Refusal): RowProblem {
  return {
    line: rows.first,
    column: null,
    value: product.handle.slice(0, 80),
    code: refusal.code,
    problem: refusal.detail,
    remedy: 'Correct the product’s rows, then import the file again.',
  };
}
