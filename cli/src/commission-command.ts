import { Flags } from '@oclif/core';
import { readTextFile } from './adapters/files.ts';
import { ApiCommand } from './api-command.ts';
import { decimalFlag, optionalArg, vendorFlag } from './inputs.ts';
import { type Rules, readRules } from './operations/commission.ts';

/** How rules of commission are written, to set them or to try them. */
export const rulesArgs = {
  file: optionalArg('JSON file { "rules": [ … ] }; - is standard input'),
};
export const rulesFlags = {
  percent: decimalFlag('One rule: this percentage', '9'),
  default: Flags.boolean({ summary: 'Of a vendor: none of its own' }),
  'include-shipping': Flags.boolean({ summary: 'Of shipping as well', allowNo: true }),
  'tax-percent': decimalFlag('Tax on the commission', '23'),
  vendor: vendorFlag("This vendor's own; the marketplace's unless given"),
};

interface RulesFlags {
  readonly percent?: number | undefined;
  readonly default?: boolean;
  readonly 'include-shipping'?: boolean;
  readonly 'tax-percent'?: number | undefined;
}

export abstract class CommissionCommand extends ApiCommand {
  protected async rules(path: string | undefined, flags: RulesFlags): Promise<Rules> {
    return readRules({
      file: path === undefined ? undefined : await readTextFile(path),
      percent: flags.percent,
      default: flags.default,
      includeShipping: flags['include-shipping'],
      taxPercent: flags['tax-percent'],
    });
  }
}
