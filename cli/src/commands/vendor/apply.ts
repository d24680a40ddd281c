import { Flags } from '@oclif/core';
import { readTextFile } from '../../adapters/files.ts';
import { ApiCommand } from '../../api-command.ts';
import { optionalArg } from '../../inputs.ts';
import { applyToSell, readApplication } from '../../operations/application.ts';
import { workFor } from '../../operations/login.ts';

export default class VendorApply extends ApiCommand {
  static override summary = 'Apply to sell, and state what the checklist asks for';
  static override description =
    'The application comes from a JSON file, from flags, or from both; a flag comes before the ' +
    'file. Afterwards the profile works for the new vendor.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> application.json --as kiln',
    '<%= config.bin %> <%= command.id %> --name "Kiln & Co" --country IE --contact-email studio@example.test --complete-checklist checklist.json',
  ];
  static override args = {
    file: optionalArg('JSON file of the application; - is standard input'),
  };
  static override flags = {
    name: Flags.string({ summary: 'Name of the vendor' }),
    slug: Flags.string({ summary: 'Name in the address of its page, unless its name makes one' }),
    country: Flags.string({ summary: 'Where it is, as two letters', helpValue: 'IE' }),
    'contact-email': Flags.string({ summary: 'Where shoppers and operators write to' }),
    story: Flags.string({ summary: 'What it says about itself' }),
    'complete-checklist': Flags.string({
      summary: 'JSON file of the checklist: terms, identityDocument, bankAccount, address',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorApply);
    const { name, slug, country, story, 'contact-email': contactEmail } = flags;
    const checklistPath = flags['complete-checklist'];
    const application = readApplication({
      file: args.file === undefined ? undefined : await readTextFile(args.file),
      checklist: checklistPath === undefined ? undefined : await readTextFile(checklistPath),
      given: { name, slug, country, contactEmail, story },
    });
    const { settings, ...parts } = await this.connect(flags);
    const done = (what: string) => this.tell(`${this.terminal.styleErr('green', '✓')} ${what}`);
    const applied = await applyToSell(parts.api, application, done);
    await workFor(parts, applied.vendor.vendorId);
    done(`profile "${settings.profile}" works for ${applied.vendor.name}`);
    const { complete, missing } = applied.checklist;
    if (!complete) this.tell(`Still missing: ${missing.join(', ')}`);
    this.show(applied.vendor.slug);
    return applied;
  }
}
