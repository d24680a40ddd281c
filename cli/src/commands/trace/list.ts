import { Flags } from '@oclif/core';
import { limitFlag, watchFlag } from '../../inputs.ts';
import { listTraces, slowMs } from '../../operations/traces.ts';
import { OperationsCommand, serviceFlag } from '../../operations-command.ts';
import { moreLine } from '../../ui/format.ts';
import { took } from '../../ui/operations-view.ts';

export default class TraceList extends OperationsCommand {
  static override summary = 'List what was done lately over all services, newest first';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --slow --as operator',
    '<%= config.bin %> <%= command.id %> --failed --service order --as operator',
  ];
  static override flags = {
    slow: Flags.boolean({ summary: `Only what took ${slowMs} ms or longer`, default: false }),
    failed: Flags.boolean({ summary: 'Only what failed somewhere', default: false }),
    service: serviceFlag('Only what this service took part in'),
    limit: limitFlag('traces', { usual: 20, most: 1_000 }),
    watch: watchFlag(),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(TraceList);
    const api = await this.api(flags);
    return this.watched(
      flags.watch,
      () => listTraces(api, flags),
      ({ items, hasMore, silent }) => {
        this.showTable(
          items,
          [
            { title: 'TRACE', value: ({ traceId }) => traceId },
            { title: 'BEGAN', value: ({ startedAt }) => startedAt.slice(11, 19) },
            { title: 'TOOK', value: ({ durationMs }) => took(durationMs), align: 'right' },
            { title: 'SERVICES', value: ({ services }) => services.length, align: 'right' },
            { title: 'SPANS', value: ({ spans }) => spans, align: 'right' },
            { title: 'ERRORS', value: ({ errors }) => errors, align: 'right' },
            { title: 'WHAT', value: ({ name }) => name, flexible: true },
          ],
          'No traces are kept that fit.',
        );
        if (hasMore) this.tell(moreLine(flags.limit));
        this.tellSilent(silent);
      },
    );
  }
}
