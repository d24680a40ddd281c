import { assert, type UserId, type VendorId } from '@mkt/kernel';
import {
  type Access,
  type Actor,
  mayCall,
  platformScope,
  type Scope,
  vendorOfActor,
  vendorScope,
} from '@mkt/service-kit';

/** In which role somebody looks at or changes an order. */
export type Caller =
  | { readonly as: 'operator' }
  | { readonly as: 'vendor'; readonly vendorId: VendorId }
  | { readonly as: 'shopper'; readonly shopperId: UserId };

/**
 * A session opened for a vendor works for that vendor where its role may; a role that may not is
 * only a shopper like any other.
 */
export function callerOf(actor: Actor, staff: Access): Caller {
  if (mayCall(actor, 'operator')) return { as: 'operator' };
  const vendorId = vendorOfActor(actor);
  if (vendorId && mayCall(actor, staff)) return { as: 'vendor', vendorId };
  assert(actor.kind === 'guest' || actor.kind === 'user', 'The route let nobody else in');
  return { as: 'shopper', shopperId: actor.userId };
}

export function scopeOf(caller: Caller): Scope {
  return caller.as === 'vendor' ? vendorScope(caller.vendorId) : platformScope;
}

export function shopperOf(caller: Caller): UserId | undefined {
  return caller.as === 'shopper' ? caller.shopperId : undefined;
}
