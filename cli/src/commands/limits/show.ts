import { resolve } from 'node:path';
import type { Limit, Term } from '@mkt/policies/limits';
import { requiredArg } from '../../inputs.ts';
import { MktCommand } from '../../mkt-command.ts';
import { amountOf, showLimit } from '../../operations/limits.ts';
import { loadPolicies } from '../../operations/policies.ts';

export default class LimitsShow extends MktCommand {
  static override summary =
    'Show an allowance with its history, its source and the clauses about it';
  static override examples = [
    '<%= config.bin %> <%= command.id %> oracle.a1.ocpu-hours',
    '<%= config.bin %> <%= command.id %> vercel.hobby.commerce',
  ];
  static override args = { id: requiredArg('Of a limit or a clause') };

  async run(): Promise<unknown> {
    const { args } = await this.parse(LimitsShow);
    const limits = await loadPolicies(resolve(this.config.root, '..', '..'), 'limits');
    const shown = showLimit(limits, args.id);
    const newest = shown.history.at(-1);
    if (newest) this.showLimit(newest, shown.history);
    for (const term of shown.terms) {
      if (newest) this.show('');
      this.showTerm(term);
    }
    return shown;
  }

  private showLimit(limit: Limit, history: readonly Limit[]): void {
    const { price, source, declaredAt } = limit;
    this.showProperties([
      ['Limit', limit.id],
      ['Resource', limit.resource],
      ['Allowance', amountOf(limit)],
      ['Of', limit.scope],
      ['Beyond', limit.whenExceeded],
      ['Price', price && `$${price.usd} for ${price.per.toLocaleString('en')} ${limit.unit}`],
      ['Note', limit.note],
      ['Source', `${source.title}, ${source.url}`],
      ['Read', `${limit.verifiedAt}, confidence ${limit.confidence}`],
      ['Declared', `${declaredAt.file}:${declaredAt.line}`],
    ]);
    this.show('');
    this.showTable<Limit>(
      history,
      [
        { title: 'FROM', value: ({ effectiveFrom }) => effectiveFrom },
        { title: 'TO', value: ({ effectiveTo }) => effectiveTo },
        { title: 'ALLOWANCE', value: amountOf },
        { title: 'READ', value: ({ verifiedAt }) => verifiedAt },
        { title: 'SURE', value: ({ confidence }) => confidence },
        { title: 'NOTE', value: ({ note }) => note, flexible: true },
      ],
      '',
    );
  }

  private showTerm({ id, bars, appliesTo, clause, note, source, ...rest }: Term): void {
    this.showProperties([
      ['Clause', id],
      ['Bars', `${bars}, on ${appliesTo}`],
      ['Text', clause],
      ['Note', note],
      ['Source', `${source.title}, ${source.url}`],
      ['Read', `${rest.verifiedAt}, confidence ${rest.confidence}`],
      ['Declared', `${rest.declaredAt.file}:${rest.declaredAt.line}`],
    ]);
  }
}
