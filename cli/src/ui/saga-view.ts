import type { SagaDetail } from '../operations/sagas.ts';
import { moment, tick } from './format.ts';

export function sagaProperties(saga: SagaDetail): [string, string | number][] {
  return [
    ['Saga', `${saga.kind}/${saga.sagaId}`],
    ['Service', saga.service],
    ['Step', saga.step],
    ['Stuck', tick(saga.stuck)],
    ['Tries', saga.attempts],
    ['Last error', saga.lastError ?? '-'],
    ['Due', moment(saga.dueAt)],
    ['Began', moment(saga.createdAt)],
    ['Changed', moment(saga.updatedAt)],
    ['Finished', moment(saga.finishedAt)],
  ];
}
