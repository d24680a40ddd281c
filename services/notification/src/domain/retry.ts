export interface RetryPolicy {
  readonly maxAttempts: number;
  /** The first pause; each is twice the one before, up to `maxMs`. */
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Another try at this time, or none: the last is used up, or no try can help. */
export function nextTry(
  failure: { readonly attempts: number; readonly permanent: boolean; readonly now: Date },
  { maxAttempts, firstMs, maxMs }: RetryPolicy,
): Date | null {
  const { attempts, permanent, now } = failure;
  if (permanent || attempts >= maxAttempts) return null;
  return new Date(now.getTime() + Math.min(firstMs * 2 ** (attempts - 1), maxMs));
}

/** Why something could not be delivered. `reason` names no person and may be logged. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly reason: string;
  readonly permanent: boolean;

  constructor(reason: string, options: { permanent?: boolean; cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
    this.reason = reason;
    this.permanent = options.permanent ?? false;
  }
}
