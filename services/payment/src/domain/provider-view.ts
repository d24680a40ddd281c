/** Where a payment stands at the provider. `processing`: it has not decided yet. */
export type ProviderStatus = 'authorized' | 'requiresAction' | 'processing' | 'declined' | 'voided';

export interface ProviderPayment {
  readonly status: ProviderStatus;
  readonly declineCode: string | null;
  /** Where the shopper proves that the card is theirs, for `requiresAction`. */
  readonly actionUrl: string | null;
}
