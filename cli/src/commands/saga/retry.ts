import { requiredArg } from '../../inputs.ts';
import { retrySaga } from '../../operations/sagas.ts';
import { OperationsCommand } from '../../operations-command.ts';
import { sagaProperties } from '../../ui/saga-view.ts';

export default class SagaRetry extends OperationsCommand {
  static override summary = 'Take a process up now: its command again, or what waits for it';
  static override examples = ['<%= config.bin %> <%= command.id %> checkout/ID --as operator'];
  static override args = { saga: requiredArg('As in the list: KIND/ID') };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SagaRetry);
    const saga = await retrySaga(await this.api(flags), args.saga);
    this.showProperties(sagaProperties(saga));
    if (saga.stuck) this.tell('It failed again. Its error tells why.');
    return saga;
  }
}
