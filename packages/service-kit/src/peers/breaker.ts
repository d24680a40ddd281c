import { BrokenCircuitError } from 'cockatiel';
import { type BreakerRule, BreakerWindow } from './breaker-window.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerOptions extends BreakerRule {
  /** How long it stays open before one call may try. */
  readonly halfOpenAfterMs: number;
  /** Errors that speak against the called service; others are its answers. */
  readonly isFailure: (error: unknown) => boolean;
  readonly onState: (state: BreakerState) => void;
  /** It opened by what was seen here: too many failures while it was closed. */
  readonly onTripped: () => void;
}

export interface Breaker {
  readonly state: BreakerState;
  /** Runs the call, or throws a `BrokenCircuitError` at once. */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Opens by what somebody else saw. */
  open(): void;
}

/**
 * By the steady clock, so that a corrected wall clock neither holds it open nor ages its counts.
 * While the one trial after the pause is under way, other calls fail at once: a service that hangs
 * must not collect waiters.
 */
export function createBreaker(options: BreakerOptions): Breaker {
  const window = new BreakerWindow(options);
  let state: BreakerState = 'closed';
  let openedAtMs = 0;

  function become(next: BreakerState): void {
    if (state === next) return;
    state = next;
    options.onState(next);
  }

  function open(): void {
    openedAtMs = performance.now();
    become('open');
  }

  function close(): void {
    window.clear();
    become('closed');
  }

  function succeeded(asTrial: boolean): void {
    // A call that began before the breaker opened says nothing about now.
    if (asTrial) {
      if (state === 'half-open') close();
    } else if (state === 'closed') window.success(performance.now());
  }

  function failed(asTrial: boolean): void {
    if (asTrial) {
      if (state === 'half-open') open();
    } else if (state === 'closed' && window.failure(performance.now())) {
      open();
      options.onTripped();
    }
  }

  function admit(): boolean {
    if (state === 'closed') return false;
    if (state === 'half-open' || performance.now() - openedAtMs < options.halfOpenAfterMs) {
      throw new BrokenCircuitError();
    }
    become('half-open');
    return true;
  }

  return {
    get state() {
      return state;
    },
    async run(call) {
      const asTrial = admit();
      try {
        const value = await call();
        succeeded(asTrial);
        return value;
      } catch (error) {
        if (options.isFailure(error)) failed(asTrial);
        else succeeded(asTrial);
        throw error;
      }
    },
    open() {
      // An open breaker keeps its own pause, or others' news could hold it open for ever.
      if (state === 'closed') open();
    },
  };
}
