import { Readable } from 'node:stream';
import { id } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import { Answer, type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import { maxImportBytes } from '../config.ts';
import type { ProductContext } from '../operations/context.ts';
import { exportProducts } from '../operations/export-products.ts';
import { importProducts } from '../operations/import-products.ts';
import { mayRead, mayWrite, staffVendor, viewerOf } from './access.ts';

const csvType = 'text/csv; charset=utf-8';

const rowProblem = z.strictObject({
  line: z.int(),
  column: z.string().nullable(),
  value: z.string().optional(),
  code: z.string(),
  problem: z.string(),
  remedy: z.string(),
});

const importReport = z.strictObject({
  products: z.strictObject({
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    /** Left out because of a problem in their rows. */
    skipped: z.int(),
  }),
  rows: z.int(),
  problems: z.array(rowProblem),
  problemCount: z.int(),
  truncated: z.boolean(),
});

export function csvRoutes(context: ProductContext): AnyRoute[] {
  const importFile = route({
    method: 'POST',
    path: '/v1/products/import',
    summary: 'Bring the catalogue up to a product CSV; the same file again changes nothing',
    access: mayWrite,
    body: 'stream',
    bodyTypes: ['text/csv'],
    maxBodyBytes: maxImportBytes,
    repeat: 'natural',
    reply: { status: 200, schema: importReport },
    handle: async ({ actor, body }) => {
      const report = await importProducts(context, staffVendor(actor), body);
      return ok({ ...report, problems: [...report.problems] });
    },
  });

  const exportFile = route({
    method: 'GET',
    path: '/v1/products/export',
    summary: 'The vendor’s whole catalogue as a product CSV',
    access: [mayRead, 'operator'],
    query: z.strictObject({ vendorId: id<'Vendor'>().optional() }),
    reply: { status: 200, schema: 'stream', type: csvType },
    handle: async ({ actor, query }) => {
      const viewer = viewerOf(actor);
      if (viewer.kind === 'public') return refuse('FORBIDDEN', 'Your account may not do this.');
      const vendorId = query.vendorId ?? (viewer.kind === 'vendor' ? viewer.vendorId : undefined);
      if (!vendorId) return refuse('INVALID_REQUEST', 'Name the vendor by vendorId.');
      const lines = await exportProducts(context, viewer.scope, vendorId);
      const headers = { 'content-disposition': 'attachment; filename="products.csv"' };
      return ok(new Answer(Readable.from(lines), headers));
    },
  });

  return [importFile, exportFile];
}
