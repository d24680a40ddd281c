/** One breaker's part in what is known of a service. */
export interface BreakerMember {
  /** This breaker opened by what it saw itself; the others of that service are told. */
  announce(): void;
  leave(): void;
}

/**
 * Lets the breakers of all processes learn from each other: one opens, the others open too instead
 * of each collecting failures of its own. Each then tries again by itself. It only ever makes
 * callers give up earlier, so when it is out of reach each breaker decides alone.
 */
export interface BreakerShare {
  /** `open` is called when the breaker of another member for this service opened. */
  join(service: string, open: () => void): BreakerMember;
}

/** Each breaker decides alone. */
export const noBreakerShare: BreakerShare = {
  join: () => ({ announce() {}, leave() {} }),
};
