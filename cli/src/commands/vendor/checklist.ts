import { Flags } from '@oclif/core';
import { readTextFile } from '../../adapters/files.ts';
import { ApiCommand } from '../../api-command.ts';
import { vendorArg } from '../../inputs.ts';
import { checklistFile, completeChecklist, parseFile } from '../../operations/application.ts';
import { showChecklist, vendorIdOf } from '../../operations/vendors.ts';
import { moment, tick } from '../../ui/format.ts';

export default class VendorChecklist extends ApiCommand {
  static override summary = 'Show what a vendor still has to do before it can be approved';
  static override examples = ['<%= config.bin %> <%= command.id %> kiln-and-co --as kiln'];
  static override args = { vendor: vendorArg() };
  static override flags = {
    complete: Flags.string({
      summary: 'State what this JSON file says: terms, identityDocument, bankAccount, address',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorChecklist);
    const stated =
      flags.complete === undefined
        ? undefined
        : parseFile(checklistFile, await readTextFile(flags.complete));
    const api = await this.api(flags);
    const checklist =
      stated === undefined
        ? await showChecklist(api, args.vendor)
        : await completeChecklist(api, await vendorIdOf(api, args.vendor), stated, (what) =>
            this.tell(what),
          );
    this.showTable(
      checklist.items,
      [
        { title: 'REQUIREMENT', value: ({ requirement }) => requirement },
        { title: 'REQUIRED', value: ({ required }) => tick(required) },
        { title: 'DONE', value: ({ done }) => tick(done) },
        { title: 'STATED', value: ({ statedAt }) => moment(statedAt) },
      ],
      'Nothing is asked of vendors.',
    );
    const { complete, missing, products } = checklist;
    this.tell(
      complete
        ? 'Complete: an operator can approve it.'
        : `Still missing: ${missing.join(', ')} (products: ${products.count} of ${products.minimum}).`,
    );
    return checklist;
  }
}
