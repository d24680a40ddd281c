import { ApiCommand } from '../../api-command.ts';
import { readClock } from '../../operations/platform.ts';

export default class ClockShow extends ApiCommand {
  static override summary = 'Show the business time that deadlines and holds go by';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ClockShow);
    const clock = await readClock(await this.publicApi(flags));
    this.show(clock.now);
    return clock;
  }
}
