import { watchFlag } from '../../inputs.ts';
import { cacheStats } from '../../operations/caches.ts';
import { OperationsCommand, serviceFlag } from '../../operations-command.ts';
import { cacheColumns } from '../../ui/cache-view.ts';

export default class CacheStats extends OperationsCommand {
  static override summary = 'Show what caches keep, and how often they knew the answer';
  static override examples = ['<%= config.bin %> <%= command.id %> --as operator'];
  static override flags = { service: serviceFlag(), watch: watchFlag() };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(CacheStats);
    const api = await this.api(flags);
    return this.watched(
      flags.watch,
      () => cacheStats(api, flags.service),
      ({ items, silent }) => {
        this.showTable(items, cacheColumns, 'There are no caches.');
        this.tellSilent(silent);
      },
    );
  }
}
