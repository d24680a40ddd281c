import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { limitFlag, vendorFlag } from '../../inputs.ts';
import { describeRule, listRules } from '../../operations/commission.ts';
import type { RuleSet } from '../../operations/money-shapes.ts';
import { vendorNames } from '../../operations/vendors.ts';
import { moreLine, tick } from '../../ui/format.ts';

export default class CommissionList extends ApiCommand {
  static override summary = 'List the versions of the commission rules, newest first';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --as operator',
    '<%= config.bin %> <%= command.id %> --vendor kiln-and-co --as operator',
  ];
  static override flags = {
    vendor: vendorFlag("Only this vendor's own"),
    default: Flags.boolean({ summary: "Only the marketplace's", exclusive: ['vendor'] }),
    limit: limitFlag('versions'),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(CommissionList);
    const api = await this.api(flags);
    const { vendor, limit } = flags;
    const found = await listRules(api, { vendor, limit, default: flags.default === true });
    const when = await this.moments(api);
    const names = await vendorNames(api);
    const nameOf = (id: string | null) => (id === null ? 'marketplace' : (names.get(id) ?? id));
    this.showTable(
      found.items,
      [
        { title: 'OF', value: ({ vendorId }) => nameOf(vendorId) },
        { title: 'VERSION', value: ({ version }) => version, align: 'right' },
        { title: 'FROM', value: ({ validFrom }) => when(validFrom) },
        { title: 'RULES', value: rulesOf, flexible: true },
        {
          title: 'SHIPPING',
          value: ({ includeShipping }) => (includeShipping === null ? '-' : tick(includeShipping)),
        },
        { title: 'TAX', value: ({ taxPpm }) => (taxPpm === null ? '-' : `${taxPpm / 10_000} %`) },
      ],
      'There are no rules to show.',
    );
    if (found.hasMore) this.tell(moreLine(limit));
    return found;
  }
}

function rulesOf({ rules }: RuleSet): string {
  if (rules === null) return 'those of the marketplace';
  return rules.length === 0 ? 'nothing' : rules.map(describeRule).join(' + ');
}
