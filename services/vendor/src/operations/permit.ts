import type { VendorRole } from '@mkt/contracts';
import { ok, type Refusal, type Result, refuse, type VendorId } from '@mkt/kernel';
import type { Actor } from '@mkt/service-kit';
import type { Sql } from '../store/sql.ts';
import { roleOf } from '../store/staff.ts';

/** As whom somebody acts on a vendor. */
export type Standing =
  | { readonly kind: 'staff'; readonly role: VendorRole }
  | { readonly kind: 'operator' }
  | { readonly kind: 'key' };

export interface Allowed {
  readonly roles: readonly VendorRole[];
  readonly operator?: boolean;
  readonly apiKey?: boolean;
}

export const noVendor = refuse('NOT_FOUND', 'There is no such vendor.');

/**
 * Who may act on a vendor. People act by the role that is stored now, whatever their token says:
 * dismissed staff must not make themselves a key in the minutes that their token has left. A token
 * for one vendor is good for that vendor alone. A vendor that is not one's own looks like none.
 */
export async function permit(
  sql: Sql,
  actor: Actor,
  vendorId: VendorId,
  allowed: Allowed,
): Promise<Result<Standing, Refusal>> {
  const standing = await standingOf(sql, actor, vendorId, allowed);
  if (!standing) return noVendor;
  return mayAct(standing, allowed)
    ? ok(standing)
    : refuse('FORBIDDEN', 'Your role may not do this.');
}

async function standingOf(
  sql: Sql,
  actor: Actor,
  vendorId: VendorId,
  allowed: Allowed,
): Promise<Standing | null> {
  if (actor.kind === 'key') return actor.vendorId === vendorId ? { kind: 'key' } : null;
  if (actor.kind !== 'user') return null;
  const elsewhere = actor.staffOf !== undefined && actor.staffOf.vendorId !== vendorId;
  const role = elsewhere ? null : await roleOf(sql, vendorId, actor.userId);
  const staff: Standing | null = role ? { kind: 'staff', role } : null;
  if (staff && mayAct(staff, allowed)) return staff;
  return actor.operator ? { kind: 'operator' } : staff;
}

function mayAct(standing: Standing, { roles, operator, apiKey }: Allowed): boolean {
  if (standing.kind === 'operator') return operator === true;
  return standing.kind === 'key' ? apiKey === true : roles.includes(standing.role);
}
