import { payoutFreezeCommission } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { type PeerHandler, peerHandler } from '@mkt/service-kit';
import type { PayoutContext } from '../operations/context.ts';
import { freezeCommission, planOf } from '../operations/freeze-commission.ts';
import { ruleSetsInForce } from '../store/commission-rules.ts';

export function payoutPeers({ db, clock }: PayoutContext): PeerHandler[] {
  return [
    peerHandler(payoutFreezeCommission, async (request) => {
      const at = clock.now();
      const vendorIds = request.orders.map((order) => order.vendorId);
      const sets = await ruleSetsInForce(db, vendorIds, at);
      return ok(freezeCommission(request, planOf(sets), at));
    }),
  ];
}
