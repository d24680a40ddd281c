import { vendorMembership } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { type Database, type PeerHandler, peerHandler } from '@mkt/service-kit';
import { roleOf } from '../store/staff.ts';

export function membership(db: Database): PeerHandler {
  return peerHandler(vendorMembership, async ({ userId, vendorId }) =>
    ok({ role: await roleOf(db, vendorId, userId) }),
  );
}
