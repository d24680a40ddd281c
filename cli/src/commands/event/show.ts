import { requiredArg } from '../../inputs.ts';
import { showEvent } from '../../operations/events.ts';
import { OperationsCommand, serviceFlag } from '../../operations-command.ts';
import { moment } from '../../ui/format.ts';

export default class EventShow extends OperationsCommand {
  static override summary = 'Show a parked event with its envelope, personal data hidden';
  static override examples = ['<%= config.bin %> <%= command.id %> EVENT --as operator'];
  static override args = { event: requiredArg('Id of the event') };
  static override flags = { service: serviceFlag() };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(EventShow);
    const found = await showEvent(await this.api(flags), args.event, flags.service);
    for (const one of found) {
      this.showProperties([
        ['Event', one.eventId],
        ['Type', one.type],
        ['Parked at', one.service],
        ['Why', one.reason],
        ['Tries', one.attempts],
        ['Failed', moment(one.failedAt)],
        ['Applied', moment(one.replayedAt)],
      ]);
      this.show(`\n${JSON.stringify(one.envelope, null, 2)}\n`);
    }
    return { items: found };
  }
}
