import { paymentCapture, paymentRefund, paymentVoid } from '@mkt/contracts';
import type { Clock } from '@mkt/kernel';
import type { Peers, SagaDefinition } from '@mkt/service-kit';
import {
  decideMovement,
  type MovementCommand,
  type MovementInput,
  type MovementState,
  operationKeyOf,
} from '../domain/movement.ts';
import { markMovement } from '../store/movements.ts';

/** Carries the money of shipments, cancellations and refunds, one saga each. */
export function movementSaga(deps: {
  readonly peers: Peers;
  readonly clock: Clock;
}): SagaDefinition<MovementState, MovementInput, MovementCommand> {
  const { peers, clock } = deps;
  return {
    kind: 'movement',
    decide: decideMovement,
    async execute(_command, { state }) {
      const moved = await move(peers, state);
      return moved.ok ? { kind: 'moved' } : { kind: 'refused', refusal: moved.error };
    },
    gaveUp: () => ({ kind: 'gaveUp' }),
    deadlineInput: () => ({ kind: 'due' }),
    async record(tx, { after, input }) {
      const { movementId, kind } = after;
      const mark = (state: 'done' | 'refused' | 'retrying', refusalCode: string | null) =>
        markMovement(tx, { movementId, kind, state, refusalCode, at: clock.now() });
      if (input?.kind === 'moved') await mark('done', null);
      if (input?.kind === 'refused') await mark('refused', input.refusal.code);
      if (input?.kind === 'gaveUp') await mark('retrying', null);
    },
    maxAttempts: 8,
    retryDelayMs: { first: 500, max: 60_000 },
  };
}

function move(peers: Peers, state: MovementState) {
  const { groupId, orderId, amountMinor, items, bearer, reason } = state;
  const operationKey = operationKeyOf(state);
  const movement = { groupId, orderId, operationKey, amountMinor, items: [...items] };
  switch (state.kind) {
    case 'capture':
      return peers.call(paymentCapture, movement);
    case 'void':
      return peers.call(paymentVoid, movement);
    case 'refund':
      return peers.call(paymentRefund, { ...movement, bearer, reason: reason ?? 'Refund' });
  }
}
