/** When a breaker opens; see `ResilienceSpec` for what the numbers mean. */
export interface BreakerRule {
  readonly threshold: number;
  readonly windowMs: number;
  readonly minimumRps: number;
}

interface Slot {
  /** Which slice of time the counts are of; counts of another slice are void. */
  slice: number;
  failures: number;
  successes: number;
}

const slots = 10;

/**
 * Counts of the last `windowMs`, by time alone: what is older does not count, however few calls
 * came since. The oldest tenth leaves at once, so the window is between 90 and 100% of its length.
 */
export class BreakerWindow {
  readonly #rule: BreakerRule;
  readonly #sliceMs: number;
  readonly #slots: Slot[] = Array.from({ length: slots }, () => emptySlot(-1));

  constructor(rule: BreakerRule) {
    this.#rule = rule;
    this.#sliceMs = rule.windowMs / slots;
  }

  success(nowMs: number): void {
    this.#slotAt(nowMs).successes += 1;
  }

  /** Whether the breaker should open now. */
  failure(nowMs: number): boolean {
    this.#slotAt(nowMs).failures += 1;
    const { failures, calls } = this.counts(nowMs);
    const enough = (this.#rule.windowMs / 1_000) * this.#rule.minimumRps;
    return calls >= enough && failures > this.#rule.threshold * calls;
  }

  counts(nowMs: number): { readonly failures: number; readonly calls: number } {
    const newest = this.#sliceOf(nowMs);
    let failures = 0;
    let calls = 0;
    for (const slot of this.#slots) {
      if (slot.slice <= newest - slots || slot.slice > newest) continue;
      failures += slot.failures;
      calls += slot.failures + slot.successes;
    }
    return { failures, calls };
  }

  clear(): void {
    for (const slot of this.#slots) Object.assign(slot, emptySlot(-1));
  }

  #sliceOf(nowMs: number): number {
    return Math.floor(nowMs / this.#sliceMs);
  }

  #slotAt(nowMs: number): Slot {
    const slice = this.#sliceOf(nowMs);
    const slot = this.#slots[slice % slots] as Slot;
    if (slot.slice !== slice) Object.assign(slot, emptySlot(slice));
    return slot;
  }
}

function emptySlot(slice: number): Slot {
  return { slice, failures: 0, successes: 0 };
}
