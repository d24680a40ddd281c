import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { writeBytes } from '../../adapters/files.ts';
import { codeOf } from '../../adapters/system-error.ts';
import { usageFailure } from '../../failure.ts';
import { vendorFlag } from '../../inputs.ts';
import { exportParts } from '../../operations/vendor-export.ts';
import { StaffCommand } from '../../staff-command.ts';
import { progressBar } from '../../ui/progress.ts';

export default class VendorExport extends StaffCommand {
  static override summary = 'Write all that the marketplace keeps of a vendor into a folder';
  static override description =
    'Profile, checklist, staff, shipping, products as CSV, orders, payouts, balances and the ' +
    'statements since the beginning. For owners, and for operators with --vendor.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --output kiln-2026 --as kiln',
    '<%= config.bin %> <%= command.id %> --vendor kiln-and-co --output kiln --as operator',
  ];
  static override flags = {
    output: Flags.string({
      char: 'o',
      summary: 'Folder to write into; a new or an empty one',
      helpValue: 'DIR',
      required: true,
    }),
    vendor: vendorFlag(),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(VendorExport);
    const { api, vendorId, isOwn } = await this.connectFor(flags);
    const output = resolve(flags.output);
    await refuseFilledFolder(output);
    const parts = exportParts(api, { vendorId, isOwn });
    const options = { label: 'exporting', total: parts.length, format: String };
    const progress = this.isQuiet ? undefined : progressBar(this.terminal, options);
    // Whole or not at all, like every file that is written.
    const fresh = `${output}.part-${process.pid}`;
    try {
      await mkdir(fresh, { recursive: true });
      for (const [place, { name, content }] of parts.entries()) {
        progress?.report(place);
        await writeBytes(join(fresh, name), await content());
      }
      await removeIfEmpty(output);
      await rename(fresh, output);
    } finally {
      progress?.stop();
      await rm(fresh, { recursive: true, force: true });
    }
    const files = parts.map(({ name }) => name);
    this.tell(`Wrote ${files.length} files into ${flags.output}.`);
    for (const name of files) this.show(join(flags.output, name));
    return { output, files };
  }
}

/** A folder that somebody filled meanwhile stays, and the export fails. */
async function removeIfEmpty(dir: string): Promise<void> {
  await rmdir(dir).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
}

async function refuseFilledFolder(dir: string): Promise<void> {
  try {
    if ((await readdir(dir)).length === 0) return;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw usageFailure(`${dir} cannot be used (${codeOf(error) ?? 'unknown error'}).`);
  }
  throw usageFailure(`${dir} is not empty.`, 'Name a new folder: --output DIR');
}
