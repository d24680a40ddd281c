import type { ItemUnits } from '@mkt/contracts';
import type { OrderGroupId, OrderId, Refusal } from '@mkt/kernel';
import type { MovementKind } from './order.ts';
import type { ProcessStep } from './process-step.ts';

/** Money on its way for a change of an order. */
export interface MovementState {
  readonly movementId: string;
  readonly groupId: OrderGroupId;
  readonly orderId: OrderId;
  readonly kind: MovementKind;
  readonly amountMinor: number;
  readonly items: readonly ItemUnits[];
  readonly bearer: 'vendor' | 'marketplace' | null;
  readonly reason: string | null;
  /** How often it was tried again after a refusal: a refusal is final for its key. */
  readonly retries: number;
}

export type MovementInput =
  | { readonly kind: 'started' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'gaveUp' }
  | { readonly kind: 'due' }
  /** Somebody looked at a refusal and wants it tried again. */
  | { readonly kind: 'retry' };

export type MovementCommand = { readonly do: 'move' };

const pauseAfterGivingUpMs = 60 * 60_000;

/** Money that was decided on is moved in the end, or somebody is told why not. */
export function decideMovement(
  state: MovementState,
  input: MovementInput,
  now: Date,
): ProcessStep<MovementState, MovementCommand> {
  switch (input.kind) {
    case 'started':
    case 'due':
      return { state, step: 'moving', command: { do: 'move' } };
    case 'retry':
      return {
        state: { ...state, retries: state.retries + 1 },
        step: 'moving',
        command: { do: 'move' },
      };
    case 'moved':
      return { state, step: 'moved', done: true };
    case 'refused':
      return { state, step: 'refused' };
    case 'gaveUp':
      return { state, step: 'retrying', dueAt: new Date(now.getTime() + pauseAfterGivingUpMs) };
  }
}

/** Repeating a movement with its key moves nothing twice. */
export function operationKeyOf({ kind, movementId, retries }: MovementState): string {
  return retries === 0 ? `${kind}:${movementId}` : `${kind}:${movementId}:${retries}`;
}
