import { Flags } from '@oclif/core';
import { exitCodes, usageFailure } from '../../failure.ts';
import { optionalArg } from '../../inputs.ts';
import { replayEvent, replayType } from '../../operations/events.ts';
import { OperationsCommand, serviceFlag } from '../../operations-command.ts';

export default class EventReplay extends OperationsCommand {
  static override summary = 'Apply a parked event again, or all of a type; safe to repeat';
  static override examples = [
    '<%= config.bin %> <%= command.id %> EVENT --as operator',
    '<%= config.bin %> <%= command.id %> --type order.placed --as operator',
  ];
  static override args = { event: optionalArg('Id of the event') };
  static override flags = {
    type: Flags.string({ summary: 'All parked events of this type', helpValue: 'TYPE' }),
    service: serviceFlag('Only at this service'),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(EventReplay);
    const { event } = args;
    const { type, service } = flags;
    if ((event === undefined) === (type === undefined)) {
      const next = 'Write it so: mkt event replay EVENT, or mkt event replay --type order.placed';
      throw usageFailure('Name one event, or a type of events.', next);
    }
    const api = await this.api(flags);
    const items = event
      ? await replayEvent(api, event, service)
      : await replayType(api, type ?? '', service);
    this.showTable(
      items,
      [
        { title: 'EVENT', value: ({ eventId }) => eventId },
        { title: 'SERVICE', value: (one) => one.service },
        { title: 'OUTCOME', value: ({ outcome }) => outcome },
        { title: 'WHY', value: ({ reason }) => reason ?? '', flexible: true },
      ],
      'No events of this type are parked.',
    );
    if (items.some(({ outcome }) => outcome === 'failed')) {
      this.tell('What failed stays parked: mkt event show EVENT tells more.');
      process.exitCode = exitCodes.failed;
    }
    return { items };
  }
}
