import { resolve } from 'node:path';
import type { Report, ReportLine, SameReason } from '@mkt/policies/budget';
import { Flags } from '@oclif/core';
import { exitCodes } from '../../failure.ts';
import { dayFlag, today } from '../../inputs.ts';
import { MktCommand } from '../../mkt-command.ts';
import { checkBudget, findingText, verdictText } from '../../operations/budget-check.ts';
import { loadPolicies } from '../../operations/policies.ts';
import { environmentNamed } from '../../operations/simulation.ts';
import { trafficFrom } from '../../operations/traffic-file.ts';

type Budget = typeof import('@mkt/policies/budget');

export default class BudgetCheck extends MktCommand {
  static override summary = 'Prove that an environment fits its machines and its free allowances';
  static override description =
    'Places every pod as the scheduler would, and adds up what the topology, the rendered ' +
    'manifests and the workflows take of every allowance, with the arithmetic. Ends with 5 where ' +
    'something does not fit.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --profile full-2x2 --acknowledge-cost',
    '<%= config.bin %> <%= command.id %> --base main --markdown',
  ];
  static override flags = {
    env: Flags.string({ summary: 'Which environment', default: 'production', helpValue: 'NAME' }),
    profile: Flags.string({ summary: 'On these machines, not its own', helpValue: 'NAME' }),
    'traffic-file': Flags.string({
      summary: 'YAML that says what differs from its expected traffic',
      helpValue: 'FILE',
    }),
    base: Flags.string({ summary: 'Show what changes against this commit', helpValue: 'REF' }),
    at: dayFlag('With the limits of this day; today unless given'),
    'acknowledge-cost': Flags.boolean({
      summary: 'Accept what costs money, where money can buy it',
      default: false,
    }),
    sarif: Flags.boolean({
      summary: 'Write the findings as SARIF 2.1.0',
      default: false,
      exclusive: ['markdown', 'json'],
    }),
    markdown: Flags.boolean({
      summary: 'Write a comment for a pull request',
      default: false,
      exclusive: ['sarif', 'json'],
    }),
  };

  async run(): Promise<Report> {
    const { flags } = await this.parse(BudgetCheck);
    const root = resolve(this.config.root, '..', '..');
    const budget = await loadPolicies(root, 'budget');
    const file = flags['traffic-file'];
    const report = await checkBudget(budget, {
      root,
      traffic:
        file === undefined
          ? undefined
          : await trafficFrom(
              await loadPolicies(root, 'traffic'),
              file,
              environmentNamed(flags.env).traffic,
            ),
      environment: flags.env,
      profile: flags.profile,
      day: flags.at ?? today(),
      base: flags.base,
      acknowledged: flags['acknowledge-cost'],
    });
    if (flags.sarif) this.show(JSON.stringify(budget.sarifOf(report), null, 2));
    else if (flags.markdown) this.show(budget.markdownOf(report));
    else this.showReport(budget, report);
    this.tell(verdictText(budget, report));
    if (report.verdict === 'refused') process.exitCode = exitCodes.budgetRefused;
    return report;
  }

  private showReport(
    { amount, percent, byReason }: Budget,
    { lines, findings, notJudged, base }: Report,
  ): void {
    this.showTable<ReportLine>(
      lines.filter(({ value }) => value !== undefined),
      [
        { title: 'WHAT', value: nameOf, flexible: true },
        { title: 'VALUE', value: ({ value = 0, unit }) => amount(value, unit), align: 'right' },
        {
          title: 'LIMIT',
          value: ({ limit, unit }) => (limit === undefined ? null : amount(limit, unit)),
          align: 'right',
        },
        {
          title: 'SHARE',
          value: ({ share }) => (share === undefined ? null : percent(share)),
          align: 'right',
        },
        { title: 'IS', value: ({ severity }) => severity },
        { title: 'ARITHMETIC', value: ({ arithmetic }) => arithmetic, flexible: true },
      ],
      'Nothing is judged.',
    );
    this.show('');
    this.showTable<SameReason>(
      byReason(notJudged),
      [
        { title: 'NOT JUDGED, BECAUSE', value: ({ reason }) => reason },
        { title: 'ENTRIES', value: ({ names }) => names.join(', '), flexible: true },
      ],
      'Every entry of the limits catalogue is judged.',
    );
    for (const finding of findings) {
      this.show(`\n${finding.severity}  ${findingText(finding)}`);
    }
    if (!base) return;
    this.show('');
    this.showTable(
      base.differences,
      [
        { title: `AGAINST ${base.ref}`, value: ({ subject }) => subject },
        { title: 'CHANGE', value: ({ text }) => text },
      ],
      `Nothing changes against ${base.ref}.`,
    );
  }
}

/** An allowance by its id, which `mkt limits show` explains; all else in words. */
function nameOf({ limitId, instance, subject }: ReportLine): string {
  if (limitId === undefined) return subject;
  return instance === undefined ? limitId : `${limitId} ${instance}`;
}
