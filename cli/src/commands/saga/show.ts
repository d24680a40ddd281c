import { requiredArg } from '../../inputs.ts';
import { showSaga } from '../../operations/sagas.ts';
import { OperationsCommand } from '../../operations-command.ts';
import { sagaProperties } from '../../ui/saga-view.ts';

export default class SagaShow extends OperationsCommand {
  static override summary = 'Show where a process stands and why, personal data hidden';
  static override examples = ['<%= config.bin %> <%= command.id %> checkout/ID --as operator'];
  static override args = { saga: requiredArg('As in the list: KIND/ID') };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SagaShow);
    const saga = await showSaga(await this.api(flags), args.saga);
    const { state, command, signals } = saga;
    this.showProperties(sagaProperties(saga));
    this.show(`\n${JSON.stringify({ command, signals, state }, null, 2)}`);
    return saga;
  }
}
