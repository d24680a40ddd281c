import { resolve } from 'node:path';
import type { LimitChange } from '@mkt/policies/limits';
import { usageFailure } from '../../failure.ts';
import { dayArg } from '../../inputs.ts';
import { MktCommand } from '../../mkt-command.ts';
import { amountOf } from '../../operations/limits.ts';
import { loadPolicies } from '../../operations/policies.ts';

export default class LimitsDiff extends MktCommand {
  static override summary = 'Show which allowances are not the same on two days';
  static override examples = ['<%= config.bin %> <%= command.id %> 2026-06-01 2026-07-01'];
  static override args = { from: dayArg('The earlier day'), to: dayArg('The later day') };

  async run(): Promise<unknown> {
    const { from, to } = (await this.parse(LimitsDiff)).args;
    if (from > to) {
      const next = `mkt limits diff ${to} ${from}`;
      throw usageFailure(`${from} is not before ${to}.`, next);
    }
    const limits = await loadPolicies(resolve(this.config.root, '..', '..'), 'limits');
    const changes = limits.limitsChanged(from, to);
    this.showTable<LimitChange>(
      changes,
      [
        { title: 'SINCE', value: ({ since }) => since },
        { title: 'LIMIT', value: ({ id }) => id },
        { title: 'CHANGE', value: ({ kind }) => kind },
        { title: 'BEFORE', value: ({ before }) => before && amountOf(before) },
        { title: 'AFTER', value: ({ after }) => after && amountOf(after) },
        {
          title: 'SOURCE',
          value: ({ after, before }) => (after ?? before)?.source.url,
          flexible: true,
        },
      ],
      `No allowance changed between ${from} and ${to}.`,
    );
    return { from, to, changes };
  }
}
