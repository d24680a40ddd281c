import { Args, Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { readTextFile } from '../../adapters/files.ts';
import {
  applicationFile,
  applyToSell,
  checklistFile,
  parseFile,
} from '../../operations/application.ts';
import { workFor } from '../../operations/login.ts';

export default class VendorApply extends ApiCommand {
  static override summary = 'Apply to sell, and state what the checklist asks for';
  static override description =
    'The application comes from a JSON file, from flags, or from both; a flag comes before the file. ' +
    'Afterwards the profile works for the new vendor.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> application.json --as kiln',
    '<%= config.bin %> <%= command.id %> --name "Kiln & Co" --country IE --contact-email studio@example.test --complete-checklist checklist.json',
  ];
  static override args = {
    file: Args.string({ description: 'JSON file of the application; - is standard input' }),
  };
  static override flags = {
    name: Flags.string({ summary: 'Name of the vendor' }),
    slug: Flags.string({ summary: 'Name in the address of its page; made from the name unless given' }),
    country: Flags.string({ summary: 'Where it is, as two letters', helpValue: 'IE' }),
    'contact-email': Flags.string({ summary: 'Where shoppers and operators write to' }),
    story: Flags.string({ summary: 'What it says about itself' }),
    'complete-checklist': Flags.string({
      summary: 'JSON file of the checklist: terms, identityDocument, bankAccount, address',
      helpValue: 'FILE',
    }),
    'identity-document': Flags.string({ summary: 'Number of the identity document' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorApply);
    const application = await this.readApplication(args.file, flags);
    const { api, credentials, settings } = await this.connect(flags);
    const step = (what: string) => this.tell(`${this.terminal.styleErr('green', '✓')} ${what}`);
    const { vendor, checklist } = await applyToSell(api, application, step);
    await workFor(api, credentials, vendor.vendorId);
    step(`profile "${settings.profile}" works for ${vendor.name}`);
    if (!checklist.complete) this.tell(`Still missing: ${checklist.missing.join(', ')}`);
    this.show(vendor.slug);
    return { vendor, checklist };
  }

  private async readApplication(
    file: string | undefined,
    flags: Readonly<Record<string, unknown>>,
  ): ReturnType<typeof this.readParts> {
    return this.readParts(file, {
      name: flags['name'],
      slug: flags['slug'],
      country: flags['country'],
      contactEmail: flags['contact-email'],
      story: flags['story'],
      checklistPath: flags['complete-checklist'],
      identityDocument: flags['identity-document'],
    });
  }
}
