import { orderPlaced } from '@mkt/contracts';
import { assert, type Clock, unreachable } from '@mkt/kernel';
import type { SagaDefinition, Tx } from '@mkt/service-kit';
import {
  type CheckoutCommand,
  type CheckoutInput,
  type CheckoutState,
  decideCheckout,
} from '../domain/checkout.ts';
import type { Draft } from '../domain/draft.ts';
import { answerKey, writeGroup } from '../store/groups.ts';
import { type BuyDeps, buy, find, undo } from './buy.ts';

export interface CheckoutSagaDeps extends BuyDeps {
  readonly clock: Clock;
  /** The number of a group, once it is committed. */
  readonly onNumbered: (groupId: string, number: string) => void;
}

/** Takes a checkout from its frozen draft to a placed group, or back to nothing. */
export function checkoutSaga(
  deps: CheckoutSagaDeps,
): SagaDefinition<CheckoutState, CheckoutInput, CheckoutCommand> {
  return {
    kind: 'checkout',
    decide: decideCheckout,
    execute(command, { state }) {
      switch (command.do) {
        case 'buy':
          return buy(deps, state);
        case 'find':
          return find(deps, state);
        case 'undo':
          return undo(deps, state, command);
        default:
          return unreachable(command);
      }
    },
    gaveUp: (command) => ({ kind: 'gaveUp', command }),
    deadlineInput: () => ({ kind: 'due' }),
    async record(tx, { before, after }) {
      if (before?.draft) await record(tx, before.draft, after, deps);
    },
    maxAttempts: 12,
    retryDelayMs: { first: 200, max: 30_000 },
  };
}

async function record(
  tx: Tx,
  draft: Draft,
  state: CheckoutState,
  deps: CheckoutSagaDeps,
): Promise<void> {
  const { phase: status, groupId } = state;
  const at = deps.clock.now();
  if (status === 'buying' || status === 'finding' || status === 'undoing') return;
  if (status === 'failed' && !state.paying) {
    await answerKey(tx, state);
    return;
  }
  const { number, version } = await writeGroup(tx, { draft, state, status, at });
  tx.afterCommit(() => deps.onNumbered(groupId, number));
  if (status === 'placed') emitPlaced(tx, { draft, state, number, version, at });
}

function emitPlaced(
  tx: Tx,
  placed: { draft: Draft; state: CheckoutState; number: string; version: number; at: Date },
): void {
  const { draft, state, number, version, at } = placed;
  assert(state.payment, 'A placed group is paid');
  tx.emit({
    contract: orderPlaced,
    aggregateId: state.groupId,
    aggregateVersion: version,
    vendorId: null,
    payload: {
      groupId: state.groupId,
      number,
      cartId: draft.cartId,
      paymentId: state.payment.paymentId,
      shopperId: draft.shopperId,
      email: draft.email,
      shippingAddress: draft.shippingAddress,
      currency: draft.currency,
      terms: draft.terms,
      orders: draft.orders.map(({ orderId, vendorId, position, payableMinor, items }) => ({
        orderId,
        number: `${number}-${position}`,
        vendorId,
        payableMinor,
        items: [...items],
      })),
      totalMinor: draft.totalMinor,
      placedAt: at.toISOString(),
    },
  });
}
