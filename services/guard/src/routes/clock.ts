import { type Clock, ok, refuse } from '@mkt/kernel';
import { type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';

/** A business clock that an operator of a demonstration may move forward. */
export interface AdjustableClock extends Clock {
  /** Moves on and takes up everything that has become due by then. */
  advance(ms: number): Promise<void>;
}

export function isAdjustable(clock: Clock): clock is AdjustableClock {
  return typeof (clock as Partial<AdjustableClock>).advance === 'function';
}

const maxStepMs = 400 * 86_400_000;
const clockReply = z.strictObject({ now: z.iso.datetime(), adjustable: z.boolean() });

export function clockRoutes(clock: Clock): AnyRoute[] {
  const state = () => ({ now: clock.now().toISOString(), adjustable: isAdjustable(clock) });
  return [
    route({
      method: 'GET',
      path: '/v1/clock',
      summary: 'The business time that deadlines and holds go by',
      access: 'public',
      reply: { status: 200, schema: clockReply },
      handle: async () => ok(state()),
    }),
    route({
      method: 'POST',
      path: '/v1/clock/advance',
      summary: 'Move the business time forward, where this installation allows it',
      access: 'operator',
      repeat: 'natural',
      body: z.strictObject({ ms: z.int().min(1).max(maxStepMs) }),
      reply: { status: 200, schema: clockReply },
      refusals: { CLOCK_FIXED: 409 },
      async handle({ body }) {
        if (!isAdjustable(clock)) {
          return refuse('CLOCK_FIXED', 'This installation goes by real time only.');
        }
        await clock.advance(body.ms);
        return ok(state());
      },
    }),
  ];
}
