import type { Api } from '../adapters/api.ts';

export interface Me {
  readonly kind: 'guest' | 'user';
  readonly userId: string;
  readonly operator: boolean;
  readonly vendor: { readonly vendorId: string; readonly role: string } | null;
  readonly email: string | null;
  readonly name: string | null;
}

/** Who the profile's session stands for, as the marketplace sees it. */
export function whoAmI(api: Api): Promise<Me> {
  return api.get<Me>('/v1/auth/me');
}

/** `guest`, `shopper`, `operator`, or the role at a vendor. */
export function standingOf({ kind, operator, vendor }: Me): string {
  if (kind === 'guest') return 'guest';
  if (vendor) return vendor.role;
  return operator ? 'operator' : 'shopper';
}
