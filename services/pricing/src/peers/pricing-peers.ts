import { pricingQuote, pricingRedeem, pricingReleaseRedemption } from '@mkt/contracts';
import { type Clock, ok } from '@mkt/kernel';
import { type Database, type PeerHandler, peerHandler } from '@mkt/service-kit';
import { makeQuote } from '../operations/make-quote.ts';
import { redeem } from '../operations/redeem.ts';
import { readQuoteFacts } from '../store/quote-facts.ts';
import { releaseRedemptions } from '../store/redemptions.ts';

export function pricingPeers(db: Database, clock: Clock): PeerHandler[] {
  return [
    peerHandler(pricingQuote, async (request) => {
      const facts = await readQuoteFacts(db, {
        variantIds: request.lines.map(({ variantId }) => variantId),
        currency: request.currency,
        couponCodes: request.couponCodes.map((code) => code.toUpperCase()),
        shopperId: request.shopperId,
        country: request.country,
      });
      return makeQuote(request, facts, clock.now());
    }),
    peerHandler(pricingRedeem, ({ groupId, shopperId, couponCodes }) =>
      redeem(db, { groupId, shopperId, codes: couponCodes }),
    ),
    peerHandler(pricingReleaseRedemption, async ({ groupId }) => {
      await releaseRedemptions(db, groupId);
      return ok({});
    }),
  ];
}
