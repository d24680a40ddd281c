export interface SessionVendor {
  readonly vendorId: string;
  readonly role: string;
}

/** What the marketplace answers to a log-in. */
export interface SessionTokens {
  readonly kind: 'guest' | 'user';
  readonly userId: string;
  readonly sessionId: string;
  readonly operator: boolean;
  readonly vendor: SessionVendor | null;
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly refreshToken: string;
  readonly refreshExpiresAt: string;
}

/** What is kept of it, with the address that was logged in. */
export interface Session extends SessionTokens {
  readonly email: string | null;
}
