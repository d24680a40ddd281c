import { Flags } from '@oclif/core';
import { clearCaches } from '../../operations/caches.ts';
import { OperationsCommand, serviceFlag } from '../../operations-command.ts';
import { cacheColumns } from '../../ui/cache-view.ts';

export default class CacheClear extends OperationsCommand {
  static override summary = 'Forget what was cached; what is needed again is loaded again';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --service gateway --prefix /v1/products --as operator',
  ];
  static override flags = {
    service: serviceFlag(),
    prefix: Flags.string({
      summary: 'Only values whose keys start so; at the gateway keys are addresses',
      helpValue: 'PREFIX',
      default: '',
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(CacheClear);
    const cleared = await clearCaches(await this.api(flags), flags.prefix, flags.service);
    this.showTable(cleared.items, cacheColumns, 'There are no caches.');
    this.tellSilent(cleared.silent);
    return cleared;
  }
}
