import { Flags } from '@oclif/core';
import { limitFlag, watchFlag } from '../../inputs.ts';
import { deadLetterStates, listEvents } from '../../operations/events.ts';
import { OperationsCommand, serviceFlag } from '../../operations-command.ts';
import { moment, moreLine } from '../../ui/format.ts';

export default class EventList extends OperationsCommand {
  static override summary = 'List events that services could not apply, newest first';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --as operator',
    '<%= config.bin %> <%= command.id %> --type order.placed --service payout --as operator',
  ];
  static override flags = {
    service: serviceFlag(),
    type: Flags.string({ summary: 'Only events of this type', helpValue: 'TYPE' }),
    state: Flags.option({
      summary: 'Only those that wait, or that were applied since',
      options: deadLetterStates,
      default: 'waiting' as const,
    })(),
    limit: limitFlag('events'),
    watch: watchFlag(),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(EventList);
    const api = await this.api(flags);
    return this.watched(
      flags.watch,
      () => listEvents(api, flags),
      ({ items, hasMore, silent }) => {
        this.showTable(
          items,
          [
            { title: 'EVENT', value: ({ eventId }) => eventId },
            { title: 'TYPE', value: ({ type }) => type },
            { title: 'SERVICE', value: ({ service }) => service },
            { title: 'FAILED', value: ({ failedAt }) => moment(failedAt) },
            { title: 'TRIES', value: ({ attempts }) => attempts, align: 'right' },
            { title: 'WHY', value: ({ reason }) => reason, flexible: true },
          ],
          'No events are parked.',
        );
        if (hasMore) this.tell(moreLine(flags.limit));
        this.tellSilent(silent);
      },
    );
  }
}
