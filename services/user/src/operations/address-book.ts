import { newId, ok, type Refusal, type Result, refuse, type UserId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import {
  type AddressFields,
  type AddressRow,
  clearDefault,
  deleteAddress,
  ensureDefault,
  insertAddress,
  listAddresses,
  lockAddressBook,
  updateAddress,
} from '../store/addresses.ts';

export const mostAddresses = 20;

const noAccount = refuse('NOT_FOUND', 'This account does not exist.');
const noAddress = refuse('NOT_FOUND', 'You have no such address.');

/** The first address is the default, whatever was asked for. */
export async function addAddress(
  tx: Tx,
  userId: UserId,
  fields: AddressFields,
): Promise<Result<AddressRow, Refusal>> {
  if (!(await lockAddressBook(tx, userId))) return noAccount;
  const known = await listAddresses(tx, userId);
  if (known.length >= mostAddresses) {
    return refuse('TOO_MANY_ADDRESSES', `An account keeps at most ${mostAddresses} addresses.`);
  }
  const addressId = newId<'Address'>();
  const isDefault = fields.isDefault || known.length === 0;
  if (isDefault) await clearDefault(tx, userId, addressId);
  return ok(await insertAddress(tx, userId, { addressId, fields: { ...fields, isDefault } }));
}

/** A default stays one until another takes its place. */
export async function replaceAddress(
  tx: Tx,
  userId: UserId,
  change: { addressId: string; fields: AddressFields; ifMatch: number | undefined },
): Promise<Result<AddressRow, Refusal>> {
  const { addressId, fields, ifMatch } = change;
  if (!(await lockAddressBook(tx, userId))) return noAccount;
  const known = await listAddresses(tx, userId);
  const before = known.find((row) => row.address_id === addressId.toLowerCase());
  if (!before) return noAddress;
  if (ifMatch !== undefined && ifMatch !== before.version) {
    return refuse('VERSION_CONFLICT', 'The address was changed meanwhile. Read it again.');
  }
  const isDefault = fields.isDefault || before.is_default;
  if (isDefault) await clearDefault(tx, userId, addressId);
  const after = await updateAddress(tx, userId, { addressId, fields: { ...fields, isDefault } });
  return after ? ok(after) : noAddress;
}

export async function removeAddress(
  tx: Tx,
  userId: UserId,
  addressId: string,
): Promise<Result<void, Refusal>> {
  if (!(await lockAddressBook(tx, userId))) return noAccount;
  if (!(await deleteAddress(tx, userId, addressId))) return noAddress;
  await ensureDefault(tx, userId);
  return ok();
}
