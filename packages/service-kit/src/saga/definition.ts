import type { Tx } from '../db/database.ts';

/** What a saga does next. Without a command it waits for a signal or for `dueAt`. */
export interface SagaStep<State, Command> {
  readonly state: State;
  /** Names where the saga stands: a label for people, metrics and fault points. */
  readonly step: string;
  readonly command?: Command;
  /** When `deadlineInput` is fed in if nothing else happened before. */
  readonly dueAt?: Date;
  readonly done?: boolean;
  /** Gives up what the saga holds for itself, so that another saga may claim it. */
  readonly releasesClaim?: boolean;
}

/**
 * A process over several services. `decide` is pure: all that is known comes in with the input.
 * Commands are stored before they are carried out and repeated after a crash, so every command must
 * be safe to repeat.
 */
export interface SagaDefinition<State, Input, Command> {
  readonly kind: string;
  decide(state: State, input: Input, now: Date): SagaStep<State, Command>;
  /** Carries a command out; its outcome is the next input. Throwing means: unknown, try again. */
  execute(command: Command, saga: { readonly id: string; readonly state: State }): Promise<Input>;
  /** The input after `maxAttempts` failed tries of a command. */
  gaveUp(command: Command, state: State): Input;
  deadlineInput(state: State): Input;
  /** Writes the change of the service's own tables in the transaction that stores the step. */
  record?(
    tx: Tx,
    change: {
      readonly id: string;
      readonly before: State | null;
      readonly after: State;
      readonly input: Input | null;
      readonly step: string;
    },
  ): Promise<void>;
  readonly maxAttempts: number;
  readonly retryDelayMs: { readonly first: number; readonly max: number };
}
