import { address, timestamp } from '@mkt/contracts';
import { type Clock, err, ok, type Refusal, type Result, refuse, type VendorId } from '@mkt/kernel';
import {
  type AnyRoute,
  type Database,
  refusalOfZod,
  route,
  type Tx,
  vendorScope,
} from '@mkt/service-kit';
import { z } from 'zod';
import {
  type ChecklistItem,
  checklistOf,
  missingOf,
  requirementNames,
} from '../domain/checklist.ts';
import { noVendor, permit } from '../operations/permit.ts';
import type { Sealer } from '../operations/sealer.ts';
import { readStatement } from '../operations/statement.ts';
import {
  countProducts,
  readEntries,
  readPolicy,
  type StoredPolicy,
  saveEntry,
} from '../store/checklist.ts';
import { findVendor, type VendorRow } from '../store/vendors.ts';
import { byVendor, personOf, vendorStatus } from './shapes.ts';

const requirement = z.enum(requirementNames);

const shown = z.union([
  z.strictObject({ kind: z.literal('terms'), version: z.string() }),
  z.strictObject({ kind: z.literal('identityDocument'), reference: z.string() }),
  z.strictObject({
    kind: z.literal('bankAccount'),
    country: z.string(),
    last4: z.string(),
    accountHolder: z.string(),
  }),
  z.strictObject({ kind: z.literal('address'), address }),
]);

const checklistReply = z.strictObject({
  status: vendorStatus,
  complete: z.boolean(),
  missing: z.array(requirement),
  termsVersion: z.string(),
  products: z.strictObject({ count: z.int(), minimum: z.int() }),
  items: z.array(
    z.strictObject({
      requirement,
      required: z.boolean(),
      done: z.boolean(),
      value: shown.nullable(),
      statedAt: timestamp.nullable(),
    }),
  ),
});

export function checklistRoutes(parts: { db: Database; clock: Clock; sealer: Sealer }): AnyRoute[] {
  const { db, clock, sealer } = parts;
  return [
    route({
      method: 'GET',
      path: '/v1/vendors/:vendorId/checklist',
      summary: 'What a vendor still has to do before it can be approved',
      access: 'account',
      params: z.strictObject(byVendor),
      reply: { status: 200, schema: checklistReply },
      handle: ({ actor, params: { vendorId } }) =>
        db.transaction(vendorScope(vendorId), async (tx) => {
          const allowed = { roles: ['owner', 'manager', 'finance'], operator: true } as const;
          const standing = await permit(tx, actor, vendorId, allowed);
          return standing.ok ? readChecklist(tx, vendorId) : standing;
        }),
    }),
    route({
      method: 'PUT',
      path: '/v1/vendors/:vendorId/checklist/:requirement',
      summary: 'State what a requirement asks for; the last statement counts',
      access: 'account',
      // With a key, a fast hash of the bank account would be stored as the request's fingerprint.
      repeat: 'natural',
      params: z.strictObject({ ...byVendor, requirement }),
      body: z.strictObject({
        value: z.union([z.string().max(200), z.record(z.string(), z.unknown())]),
      }),
      reply: { status: 200, schema: checklistReply },
      refusals: { REQUIREMENT_IS_COUNTED: 409, TERMS_OUTDATED: 409 },
      handle: async ({ actor, body, mutate, params: { vendorId, requirement: name } }) => {
        if (name === 'minimumProducts') {
          return refuse('REQUIREMENT_IS_COUNTED', 'Products count by themselves: submit them.');
        }
        const statement = readStatement(name, body.value);
        if (!statement.ok) return err(refusalOfZod('body.value', statement.error));
        const { shown: value, secret } = statement.value;
        const sealed = secret === null ? null : await sealer.seal(vendorId, secret);
        return mutate(vendorScope(vendorId), async (tx) => {
          const standing = await permit(tx, actor, vendorId, { roles: ['owner', 'manager'] });
          if (!standing.ok) return standing;
          const { termsVersion } = await readPolicy(tx);
          if (value.kind === 'terms' && value.version !== termsVersion) {
            return refuse('TERMS_OUTDATED', `The terms in force are version ${termsVersion}.`, {
              termsVersion,
            });
          }
          const by = personOf(actor).userId;
          const made = { requirement: name, shown: value, sealed, by, at: clock.now() };
          await saveEntry(tx, vendorId, made);
          return readChecklist(tx, vendorId);
        });
      },
    }),
  ];
}

async function readChecklist(
  tx: Tx,
  vendorId: VendorId,
): Promise<Result<z.output<typeof checklistReply>, Refusal>> {
  const vendor = await findVendor(tx, vendorId);
  if (!vendor) return noVendor;
  const policy = await readPolicy(tx);
  const entries = await readEntries(tx, vendorId);
  const count = await countProducts(tx, vendorId);
  return ok(checklistView(vendor, { policy, count, items: checklistOf(policy, entries, count) }));
}

function checklistView(
  vendor: VendorRow,
  list: { policy: StoredPolicy; count: number; items: readonly ChecklistItem[] },
): z.output<typeof checklistReply> {
  const missing = missingOf(list.items);
  return {
    status: vendor.status,
    complete: missing.length === 0,
    missing,
    termsVersion: list.policy.termsVersion,
    products: { count: list.count, minimum: list.policy.minimumProducts },
    items: list.items.map((item) => ({
      requirement: item.requirement,
      required: item.required,
      done: item.done,
      value: item.entry?.shown ?? null,
      statedAt: item.entry?.statedAt.toISOString() ?? null,
    })),
  };
}
