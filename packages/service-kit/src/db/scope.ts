import { assert, isUuid, type VendorId } from '@mkt/kernel';

/**
 * Whose rows a transaction may see. `platform` connects with the role that serves checkout,
 * consumers and operators; `vendor` connects with a role that sees one vendor's rows and no more.
 */
export type Scope = { readonly kind: 'platform' } | { readonly kind: 'vendor'; vendorId: VendorId };

export const platformScope: Scope = { kind: 'platform' };

export function vendorScope(vendorId: VendorId): Scope {
  assert(isUuid(vendorId), 'A vendor scope needs a vendor id');
  return { kind: 'vendor', vendorId };
}

export function vendorOf(scope: Scope): VendorId | null {
  return scope.kind === 'vendor' ? scope.vendorId : null;
}
