import { assert, type VendorId } from '@mkt/kernel';
import {
  type Access,
  type Actor,
  mayCall,
  platformScope,
  vendorOfActor,
  vendorScope,
} from '@mkt/service-kit';
import type { Viewer } from '../operations/context.ts';

export const mayRead: Access = {
  staff: ['owner', 'manager', 'fulfiller', 'finance'],
  scope: 'catalogue:read',
};
export const mayWrite: Access = { staff: ['owner', 'manager'], scope: 'catalogue:write' };

/** A vendor's people see their catalogue; an operator, who works for no vendor, sees all. */
export function viewerOf(actor: Actor): Viewer {
  const vendorId = vendorOfActor(actor);
  if (vendorId && mayCall(actor, mayRead)) {
    return { kind: 'vendor', vendorId, scope: vendorScope(vendorId) };
  }
  return !vendorId && mayCall(actor, 'operator')
    ? { kind: 'operator', scope: platformScope }
    : { kind: 'public' };
}

export function staffVendor(actor: Actor): VendorId {
  const vendorId = vendorOfActor(actor);
  assert(vendorId, 'The route admits staff alone');
  return vendorId;
}
