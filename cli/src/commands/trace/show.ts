import { usageFailure } from '../../failure.ts';
import { requiredArg } from '../../inputs.ts';
import { showTrace } from '../../operations/traces.ts';
import { OperationsCommand } from '../../operations-command.ts';
import { spanColumns } from '../../ui/operations-view.ts';

export default class TraceShow extends OperationsCommand {
  static override summary =
    'Show everything that one request set off, over all services, as a tree';
  static override examples = ['<%= config.bin %> <%= command.id %> TRACE --as operator'];
  static override args = { trace: requiredArg('Id of the trace, as in the list and the log') };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(TraceShow);
    if (!/^[0-9a-f]{32}$/.test(args.trace)) {
      throw usageFailure(`"${args.trace}" is not a trace.`, 'Find it: mkt trace list');
    }
    const trace = await showTrace(await this.api(flags), args.trace);
    this.showTable(trace.spans, spanColumns, '');
    this.tellSilent(trace.silent);
    return trace;
  }
}
