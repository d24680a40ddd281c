import type { EventContract, PayloadOf } from '@mkt/contracts';
import type { Scope } from './scope.ts';

// biome-ignore lint/suspicious/noExplicitAny: a row's shape is what the statement's author says
export type Row = Record<string, any>;

/** An event to be published if, and only if, the transaction commits. */
export interface NewEvent<Contract extends EventContract = EventContract> {
  readonly contract: Contract;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  /** The vendor whose data the payload holds; null where it is several vendors' or none's. */
  readonly vendorId: string | null;
  readonly payload: PayloadOf<Contract>;
}

/** Statements within one transaction. */
export interface Tx {
  readonly scope: Scope;
  query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  /** Adds to the outbox; written in one statement just before the commit. */
  emit<Contract extends EventContract>(event: NewEvent<Contract>): void;
  /** Runs after the commit, never when the work was rolled back. */
  afterCommit(work: () => void): void;
  /**
   * Runs where the commit was not acknowledged. It may have happened all the same, when only its
   * answer was lost: ask the database before undoing anything.
   */
  afterFailure(work: () => void): void;
}
