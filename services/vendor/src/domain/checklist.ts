import type { Address, productStatuses } from '@mkt/contracts';

/** What a vendor states; `minimumProducts` is counted instead. */
export const statedRequirements = ['terms', 'identityDocument', 'bankAccount', 'address'] as const;
export type StatedRequirement = (typeof statedRequirements)[number];
export const requirementNames = [...statedRequirements, 'minimumProducts'] as const;
export type Requirement = (typeof requirementNames)[number];

/** What operators ask of every vendor. */
export interface Policy {
  readonly required: readonly StatedRequirement[];
  readonly termsVersion: string;
  readonly minimumProducts: number;
}

/** What may be shown of a statement. */
export type Shown =
  | { readonly kind: 'terms'; readonly version: string }
  | { readonly kind: 'identityDocument'; readonly reference: string }
  | {
      readonly kind: 'bankAccount';
      readonly country: string;
      readonly last4: string;
      readonly accountHolder: string;
    }
  | { readonly kind: 'address'; readonly address: Address };

export interface Entry {
  readonly shown: Shown;
  readonly statedAt: Date;
}

export interface ChecklistItem {
  readonly requirement: Requirement;
  readonly required: boolean;
  readonly done: boolean;
  readonly entry: Entry | null;
}

/** A product counts once it was handed in and not sent back. */
export const countedStatuses: readonly (typeof productStatuses)[number][] = [
  'submitted',
  'approved',
  'published',
];

export function checklistOf(
  policy: Policy,
  entries: ReadonlyMap<StatedRequirement, Entry>,
  productCount: number,
): ChecklistItem[] {
  const stated = statedRequirements.map((requirement): ChecklistItem => {
    const entry = entries.get(requirement) ?? null;
    const required = policy.required.includes(requirement);
    return { requirement, required, done: entry !== null && isCurrent(entry, policy), entry };
  });
  const counted: ChecklistItem = {
    requirement: 'minimumProducts',
    required: policy.minimumProducts > 0,
    done: productCount >= policy.minimumProducts,
    entry: null,
  };
  return [...stated, counted];
}

/** Terms that were accepted in an older version have to be accepted again. */
function isCurrent({ shown }: Entry, policy: Policy): boolean {
  return shown.kind !== 'terms' || shown.version === policy.termsVersion;
}

export function missingOf(items: readonly ChecklistItem[]): Requirement[] {
  return items.filter((item) => item.required && !item.done).map((item) => item.requirement);
}
