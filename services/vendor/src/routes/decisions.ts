import { id, text, timestamp } from '@mkt/contracts';
import { type Clock, ok } from '@mkt/kernel';
import {
  type AnyRoute,
  type Database,
  platformScope,
  type RouteRequest,
  route,
  vendorScope,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import type { Decision } from '../domain/status.ts';
import { decide } from '../operations/decide.ts';
import { permit } from '../operations/permit.ts';
import { type DecisionRow, listDecisions } from '../store/vendors.ts';
import { byVendor, fullView, personOf, vendorReply } from './shapes.ts';

const decisionReply = z.strictObject({
  decision: z.enum(['approve', 'reject', 'suspend', 'reopen']),
  reason: z.string().nullable(),
  decidedBy: id<'User'>(),
  decidedAt: timestamp,
});

const params = z.strictObject(byVendor);
const reasonBody = z.strictObject({ reason: text(1_000) });
const reply = { status: 200, schema: vendorReply } as const;

type DecisionRequest = Pick<
  RouteRequest<z.output<typeof params>, undefined, unknown>,
  'actor' | 'mutate' | 'params'
>;

export function decisionRoutes(db: Database, clock: Clock): AnyRoute[] {
  function carryOut(request: DecisionRequest, decision: Decision, reason: string | null) {
    const { vendorId } = request.params;
    const by = personOf(request.actor).userId;
    return request.mutate(platformScope, async (tx) => {
      const vendor = await decide(tx, { vendorId, decision, reason, by, at: clock.now() });
      return vendor.ok ? ok(versioned(fullView(vendor.value, { kind: 'operator' }))) : vendor;
    });
  }

  return [
    route({
      method: 'POST',
      path: '/v1/vendors/:vendorId/approve',
      summary: 'Let a vendor sell, once its checklist is complete',
      access: 'operator',
      params,
      reply,
      refusals: { CHECKLIST_INCOMPLETE: 409, INVALID_STATE: 409 },
      handle: (request) => carryOut(request, 'approve', null),
    }),
    route({
      method: 'POST',
      path: '/v1/vendors/:vendorId/reject',
      summary: 'Turn an application down, with the reason',
      access: 'operator',
      params,
      body: reasonBody,
      reply,
      refusals: { INVALID_STATE: 409 },
      handle: (request) => carryOut(request, 'reject', request.body.reason),
    }),
    route({
      method: 'POST',
      path: '/v1/vendors/:vendorId/suspend',
      summary: 'Stop a vendor from selling, with the reason',
      access: 'operator',
      params,
      body: reasonBody,
      reply,
      refusals: { INVALID_STATE: 409 },
      handle: (request) => carryOut(request, 'suspend', request.body.reason),
    }),
    route({
      method: 'POST',
      path: '/v1/vendors/:vendorId/reopen',
      summary: 'Let a suspended vendor sell again',
      access: 'operator',
      params,
      reply,
      refusals: { INVALID_STATE: 409 },
      handle: (request) => carryOut(request, 'reopen', null),
    }),
    route({
      method: 'GET',
      path: '/v1/vendors/:vendorId/decisions',
      summary: 'What operators decided about a vendor, newest first',
      access: 'account',
      params,
      reply: { status: 200, schema: z.strictObject({ items: z.array(decisionReply) }) },
      handle: ({ actor, params: { vendorId } }) =>
        db.transaction(vendorScope(vendorId), async (tx) => {
          const allowed = { roles: ['owner', 'manager'], operator: true } as const;
          const standing = await permit(tx, actor, vendorId, allowed);
          if (!standing.ok) return standing;
          return ok({ items: (await listDecisions(tx, vendorId)).map(decisionView) });
        }),
    }),
  ];
}

function decisionView(row: DecisionRow): z.output<typeof decisionReply> {
  return {
    decision: row.decision,
    reason: row.reason,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at.toISOString(),
  };
}
