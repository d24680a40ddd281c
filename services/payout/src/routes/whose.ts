import type { VendorId } from '@mkt/kernel';
import {
  type Actor,
  platformScope,
  type Scope,
  vendorOfActor,
  vendorScope,
} from '@mkt/service-kit';

/** Staff who may see a vendor's money. */
export const financeStaff = { staff: ['owner', 'finance'], scope: 'finance:read' } as const;

export interface Whose {
  /** The vendor that is asked about; null where the platform's own is. */
  readonly vendorId: VendorId | null;
  readonly scope: Scope;
}

/**
 * Whose money an actor asks about: an operator names anybody, staff have their own vendor. Null for
 * another vendor's, which staff do not even learn to exist.
 */
export function whoseMoney(actor: Actor, asked: VendorId | undefined): Whose | null {
  const own = vendorOfActor(actor);
  const isOperator = actor.kind === 'user' && actor.operator && own === null;
  if (isOperator) return { vendorId: asked ?? null, scope: platformScope };
  if (own === null || (asked !== undefined && asked !== own)) return null;
  return { vendorId: own, scope: vendorScope(own) };
}
