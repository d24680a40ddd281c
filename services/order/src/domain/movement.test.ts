import { newId } from '@mkt/kernel';
import { expect, test } from 'vitest';
import { decideMovement, type MovementState, operationKeyOf } from './movement.ts';

const now = new Date('2026-11-01T10:00:00.000Z');
const state: MovementState = {
  movementId: newId(),
  groupId: newId(),
  orderId: newId(),
  kind: 'capture',
  amountMinor: 1,
  items: [],
  bearer: null,
  reason: null,
  retries: 0,
};
const decide = (kind: 'started' | 'moved' | 'gaveUp' | 'due' | 'retry') =>
  decideMovement(state, { kind }, now);

test('money is moved at the start, and again when it is due', () => {
  for (const kind of ['started', 'due'] as const) {
    expect(decide(kind)).toMatchObject({ step: 'moving', command: { do: 'move' }, state });
  }
});

test('a movement ends when it is done, and only then', () => {
  expect(decide('moved')).toMatchObject({ step: 'moved', done: true });
  const refusal = { code: 'X', detail: 'y' };
  const refused = decideMovement(state, { kind: 'refused', refusal }, now);
  expect(refused).toEqual({ state, step: 'refused' });
  expect(decide('gaveUp')).toMatchObject({
    step: 'retrying',
    dueAt: new Date('2026-11-01T11:00Z'),
  });
});

test('a retry uses a key of its own, because a refusal is final for its key', () => {
  const { state: retried } = decide('retry');
  expect(operationKeyOf(state)).toBe(`capture:${state.movementId}`);
  expect(operationKeyOf(retried)).toBe(`capture:${state.movementId}:1`);
});
