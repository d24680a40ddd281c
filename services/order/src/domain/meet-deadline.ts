import { cancel } from './cancel.ts';
import type { OrderChange } from './change.ts';
import { receive } from './deliver.ts';
import { dueAtOf, type Order } from './order.ts';

/** What an order's deadline does to it now; null where nothing is due. */
export function meetDeadline(
  order: Order,
  command: { readonly cancellationId: string; readonly now: Date },
): OrderChange | null {
  const dueAt = dueAtOf(order);
  if (!dueAt || dueAt > command.now) return null;
  if (order.status === 'delivered') return receive(order, command.now);
  const change = cancel(order, {
    cancellationId: command.cancellationId,
    lines: null,
    reason: 'Not shipped in time',
    by: 'deadline',
    at: command.now,
  });
  return change.ok ? change.value : null;
}
