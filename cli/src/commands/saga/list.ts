import { Flags } from '@oclif/core';
import { limitFlag, watchFlag } from '../../inputs.ts';
import { listSagas, type Saga, sagaStates } from '../../operations/sagas.ts';
import { OperationsCommand, serviceFlag } from '../../operations-command.ts';
import { moment, moreLine } from '../../ui/format.ts';

export default class SagaList extends OperationsCommand {
  static override summary = 'List processes over several services, such as checkouts';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --state stuck --as operator',
    '<%= config.bin %> <%= command.id %> --kind checkout --state all --as operator',
  ];
  static override flags = {
    kind: Flags.string({ summary: 'Only of this kind', helpValue: 'KIND' }),
    step: Flags.string({ summary: 'Only those that stand here', helpValue: 'STEP' }),
    state: Flags.option({
      summary: 'Only those that are this',
      options: sagaStates,
      default: 'open' as const,
    })(),
    service: serviceFlag(),
    limit: limitFlag('sagas'),
    watch: watchFlag(),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(SagaList);
    const api = await this.api(flags);
    return this.watched(
      flags.watch,
      () => listSagas(api, flags),
      ({ items, hasMore, silent }) => {
        this.showTable(
          items,
          [
            { title: 'SAGA', value: ({ kind, sagaId }) => `${kind}/${sagaId}` },
            { title: 'STEP', value: ({ step }) => step },
            { title: 'STATE', value: stateOf },
            { title: 'CHANGED', value: ({ updatedAt }) => moment(updatedAt) },
            { title: 'TRIES', value: ({ attempts }) => attempts, align: 'right' },
            { title: 'WHY', value: ({ lastError }) => lastError ?? '', flexible: true },
          ],
          'There are no sagas to show.',
        );
        if (hasMore) this.tell(moreLine(flags.limit));
        this.tellSilent(silent);
      },
    );
  }
}

function stateOf({ finishedAt, stuck, underWay }: Saga): string {
  if (finishedAt !== null) return 'finished';
  if (stuck) return 'stuck';
  return underWay ? 'under way' : 'waiting';
}
