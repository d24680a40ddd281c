import type { Fault } from './kubernetes/read.ts';

/** Something given to the check is wrong: what, where, and what to do about it. */
export class BudgetInputError extends Error {
  override readonly name = 'BudgetInputError';
  readonly code: 'BUDGET_INPUT' | 'BUDGET_BASE' | 'BUDGET_NAME';
  readonly next: string;
  readonly faults: readonly Fault[];

  constructor(
    message: string,
    options: {
      readonly code: BudgetInputError['code'];
      readonly next: string;
      readonly faults?: readonly Fault[];
      readonly cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.next = options.next;
    this.faults = options.faults ?? [];
  }
}
