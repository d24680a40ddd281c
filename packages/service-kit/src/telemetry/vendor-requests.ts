import { Counter, type Registry } from 'prom-client';
import { createTopList, otherLabel, type TopListBounds } from './top-list.ts';

/**
 * Counts requests by vendor, at most a bounded number of them by id. A request is counted once,
 * under what its vendor is called at that time, so that the sum over all labels stays right; the
 * series of a vendor that lost its name ends.
 */
export function countVendorRequests(
  registry: Registry,
  bounds: Partial<TopListBounds> = {},
): (vendorId: string) => void {
  const counter = new Counter({
    name: 'vendor_requests_total',
    help: 'Requests of vendors’ staff and keys: the busiest vendors by id, the rest as other.',
    labelNames: ['vendor'],
    registers: [registry],
  });
  counter.inc({ vendor: otherLabel }, 0);
  const busiest = createTopList(bounds);
  return (vendorId) => {
    const { label, demoted } = busiest.add(vendorId);
    if (demoted !== undefined) counter.remove({ vendor: demoted });
    counter.inc({ vendor: label });
  };
}
