import { ApiCommand } from '../../api-command.ts';
import { parseDuration, requiredArg } from '../../inputs.ts';
import { advanceClock } from '../../operations/platform.ts';

export default class ClockAdvance extends ApiCommand {
  static override summary = 'Move the business time forward, and do what becomes due by then';
  static override examples = ['<%= config.bin %> <%= command.id %> 14d'];
  static override args = {
    duration: requiredArg('How far: 14d, 36h, 1d12h'),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ClockAdvance);
    const clock = await advanceClock(await this.api(flags), parseDuration(args.duration));
    this.show(clock.now);
    return clock;
  }
}
