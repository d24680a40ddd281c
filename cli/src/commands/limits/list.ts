import { resolve } from 'node:path';
import type { Limit, Term } from '@mkt/policies/limits';
import { Flags } from '@oclif/core';
import { dayFlag, today } from '../../inputs.ts';
import { MktCommand } from '../../mkt-command.ts';
import { amountOf, listLimits } from '../../operations/limits.ts';
import { loadPolicies } from '../../operations/policies.ts';

export default class LimitsList extends MktCommand {
  static override summary = 'List what providers give away, and the uses that they bar';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --provider oracle --at 2026-06-01',
  ];
  static override flags = {
    provider: Flags.string({ summary: 'Only this one, such as neon', helpValue: 'PROVIDER' }),
    at: dayFlag('As of this day; today unless given'),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(LimitsList);
    const limits = await loadPolicies(resolve(this.config.root, '..', '..'), 'limits');
    const at = flags.at ?? today();
    const found = listLimits(limits, { at, provider: flags.provider });
    this.showTable<Limit>(
      found.limits,
      [
        { title: 'LIMIT', value: ({ id }) => id },
        { title: 'ALLOWANCE', value: amountOf },
        { title: 'OF', value: ({ scope }) => scope },
        { title: 'BEYOND', value: ({ whenExceeded }) => whenExceeded },
        { title: 'READ', value: ({ verifiedAt }) => verifiedAt },
        { title: 'SURE', value: ({ confidence }) => confidence },
        { title: 'RESOURCE', value: ({ resource }) => resource, flexible: true },
      ],
      `Nothing is known of ${at}.`,
    );
    if (found.terms.length > 0) this.show('');
    this.showTable<Term>(
      found.terms,
      [
        { title: 'CLAUSE', value: ({ id }) => id },
        { title: 'BARS', value: ({ bars }) => bars },
        { title: 'TEXT', value: ({ clause }) => clause, flexible: true },
      ],
      '',
    );
    return found;
  }
}
