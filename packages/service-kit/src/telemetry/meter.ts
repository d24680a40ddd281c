import type { MeterName } from '@mkt/contracts';
import type { VendorId } from '@mkt/kernel';

/** One line of usage: how much of a metered resource a vendor's (or nobody's) work spent. */
export interface UsageCount {
  readonly meter: MeterName;
  readonly vendorId: VendorId | null;
  readonly amount: number;
}

/** Counts metered operations where they are spent: the first line of the budget guard. */
export interface Meter {
  add(meter: MeterName, amount: number, vendorId?: VendorId | null): void;
  /** Takes back what was drained and could not be reported. */
  giveBack(count: UsageCount): void;
  /** Takes what was counted since the last time. */
  drain(): UsageCount[];
  /** What was counted since then, over all vendors; nothing is taken. */
  totals(): { meter: MeterName; amount: number }[];
  /** All that this process has counted, over all vendors. */
  counted(): ReadonlyMap<MeterName, number>;
}

/** Vendors counted by name; those beyond it share one line, so that memory stays bounded. */
const maxVendors = 2_000;

export function createMeter(): Meter {
  let counts = new Map<MeterName, Map<VendorId | null, number>>();
  const ever = new Map<MeterName, number>();
  function keep({ meter, amount, vendorId }: UsageCount): void {
    let byVendor = counts.get(meter);
    if (!byVendor) {
      byVendor = new Map();
      counts.set(meter, byVendor);
    }
    const key = byVendor.has(vendorId) || byVendor.size < maxVendors ? vendorId : null;
    byVendor.set(key, (byVendor.get(key) ?? 0) + amount);
  }
  return {
    add(meter, amount, vendorId = null) {
      ever.set(meter, (ever.get(meter) ?? 0) + amount);
      keep({ meter, amount, vendorId });
    },
    giveBack: keep,
    counted: () => ever,
    drain() {
      const drained = [...counts].flatMap(([meter, byVendor]) =>
        [...byVendor].map(([vendorId, amount]) => ({ meter, vendorId, amount })),
      );
      counts = new Map();
      return drained;
    },
    totals: () =>
      [...counts].map(([meter, byVendor]) => ({
        meter,
        amount: [...byVendor.values()].reduce((sum, amount) => sum + amount, 0),
      })),
  };
}
