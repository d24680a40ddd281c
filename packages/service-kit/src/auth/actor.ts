import type { ApiKeyScope, VendorRole } from '@mkt/contracts';
import { type ApiKeyId, type UserId, unreachable, type VendorId } from '@mkt/kernel';

/** Who sent a request, as the verified token says. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'guest'; readonly userId: UserId }
  | {
      readonly kind: 'user';
      readonly userId: UserId;
      readonly sessionId: string;
      readonly operator: boolean;
      /** Set when the session was opened for a vendor that the user works for. */
      readonly staffOf?: { readonly vendorId: VendorId; readonly role: VendorRole };
    }
  | {
      readonly kind: 'key';
      readonly keyId: ApiKeyId;
      readonly vendorId: VendorId;
      readonly scopes: readonly ApiKeyScope[];
    };

/**
 * Who may call a route. `shopper` is a guest or an account, `account` needs registration, and a
 * vendor rule names the staff roles and the API key scope that may.
 */
export type Access =
  | 'public'
  | 'shopper'
  | 'account'
  | 'operator'
  | { readonly staff: readonly VendorRole[]; readonly scope: ApiKeyScope };

export function mayCall(actor: Actor, access: Access): boolean {
  if (access === 'public') return true;
  if (access === 'operator') return actor.kind === 'user' && actor.operator;
  if (access === 'account') return actor.kind === 'user';
  if (access === 'shopper') return actor.kind === 'user' || actor.kind === 'guest';
  if (actor.kind === 'key') return actor.scopes.includes(access.scope);
  if (actor.kind !== 'user' || !actor.staffOf) return false;
  return access.staff.includes(actor.staffOf.role);
}

/** The vendor whose data the actor works on, where there is one. */
export function vendorOfActor(actor: Actor): VendorId | null {
  if (actor.kind === 'key') return actor.vendorId;
  return actor.kind === 'user' ? (actor.staffOf?.vendorId ?? null) : null;
}

/** Names the actor for idempotency keys and audit: two actors never share one. */
export function actorKey(actor: Actor): string {
  switch (actor.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'guest':
      return `guest:${actor.userId}`;
    case 'user':
      return actor.staffOf
        ? `user:${actor.userId}:${actor.staffOf.vendorId}`
        : `user:${actor.userId}`;
    case 'key':
      return `key:${actor.keyId}`;
    default:
      return unreachable(actor);
  }
}
