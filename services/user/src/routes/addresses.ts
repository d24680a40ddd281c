import { address, text, version } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import type { Database } from '@mkt/service-kit';
import { type AnyRoute, platformScope, route, versioned } from '@mkt/service-kit';
import { z } from 'zod';
import { addAddress, removeAddress, replaceAddress } from '../operations/address-book.ts';
import { type AddressFields, type AddressRow, listAddresses } from '../store/addresses.ts';
import { accountOf } from './sessions.ts';

const addressBody = z.strictObject({
  label: text(60).optional(),
  address,
  isDefault: z.boolean().default(false),
});

export const addressReply = z.strictObject({
  addressId: z.uuid(),
  label: z.string().nullable(),
  address,
  isDefault: z.boolean(),
  version,
});

export function addressView(row: AddressRow): z.output<typeof addressReply> {
  return {
    addressId: row.address_id,
    label: row.label,
    address: row.address,
    isDefault: row.is_default,
    version: row.version,
  };
}

function fieldsOf(body: z.output<typeof addressBody>): AddressFields {
  return { label: body.label ?? null, address: body.address, isDefault: body.isDefault };
}

const byId = z.strictObject({ addressId: z.uuid() });

export function addressRoutes(db: Database): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/users/me/addresses',
      summary: 'Your addresses',
      access: 'account',
      reply: { status: 200, schema: z.strictObject({ items: z.array(addressReply) }) },
      handle: async ({ actor }) => {
        const rows = await listAddresses(db, accountOf(actor).userId);
        return ok({ items: rows.map(addressView) });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/users/me/addresses',
      summary: 'Add an address; the first is the default',
      access: 'account',
      body: addressBody,
      reply: { status: 201, schema: addressReply },
      refusals: { TOO_MANY_ADDRESSES: 409 },
      handle: ({ actor, body, mutate }) =>
        mutate(platformScope, async (tx) => {
          const added = await addAddress(tx, accountOf(actor).userId, fieldsOf(body));
          return added.ok ? ok(versioned(addressView(added.value))) : added;
        }),
    }),
    route({
      method: 'PUT',
      path: '/v1/users/me/addresses/:addressId',
      summary: 'Replace an address',
      access: 'account',
      params: byId,
      body: addressBody,
      reply: { status: 200, schema: addressReply },
      handle: ({ actor, body, ifMatch, mutate, params: { addressId } }) =>
        mutate(platformScope, async (tx) => {
          const change = { addressId, fields: fieldsOf(body), ifMatch };
          const replaced = await replaceAddress(tx, accountOf(actor).userId, change);
          return replaced.ok ? ok(versioned(addressView(replaced.value))) : replaced;
        }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/users/me/addresses/:addressId',
      summary: 'Delete an address',
      access: 'account',
      params: byId,
      reply: { status: 204 },
      handle: ({ actor, mutate, params: { addressId } }) =>
        mutate(platformScope, async (tx) => {
          const removed = await removeAddress(tx, accountOf(actor).userId, addressId);
          return removed.ok ? ok(undefined) : removed;
        }),
    }),
  ];
}
