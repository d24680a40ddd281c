import { resolve } from 'node:path';
import type { Finding } from '@mkt/policies/lint';
import { Flags } from '@oclif/core';
import { exitCodes, usageFailure } from '../failure.ts';
import { dayFlag, today } from '../inputs.ts';
import { MktCommand } from '../mkt-command.ts';
import { loadPolicies } from '../operations/policies.ts';
import { counted } from '../ui/text.ts';

export default class Lint extends MktCommand {
  static override summary =
    'Find what would cost an allowance all month, or break the terms of one';
  static override description =
    'Looks at programs, workflows and rendered manifests: polling of metered stores and fast ' +
    'schedules, with what a month of it takes; uses that a clause bars; images without digest, ' +
    'missing requests and architectures. Ends with 1 where there is a finding. A line may allow ' +
    'one: mkt-allow RULE: why.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --rule fast-timer --json',
  ];
  static override flags = {
    rule: Flags.string({ summary: 'Only this rule', multiple: true, helpValue: 'RULE' }),
    at: dayFlag('By the limits of this day; today unless given'),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Lint);
    const root = resolve(this.config.root, '..', '..');
    const policies = await loadPolicies(root, 'lint');
    const names = policies.lintRules.map(({ name }) => name);
    const unknown = flags.rule?.find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw usageFailure(`There is no rule ${unknown}.`, `One of ${names.join(', ')}.`);
    }
    const rules = policies.lintRules.filter(({ name }) => flags.rule?.includes(name) ?? true);
    const files = policies.lintedFiles(root, rules);
    const findings = policies.lint(files, { day: flags.at ?? today(), rules });
    for (const one of findings) this.show(textOf(one, policies.costText));
    const looked = counted(files.length, 'file');
    this.tell(
      `${counted(findings.length, 'finding')} in ${looked}, ${counted(rules.length, 'rule')}.`,
    );
    if (findings.length > 0) process.exitCode = exitCodes.failed;
    return { files: files.length, rules: rules.map(({ name, why }) => ({ name, why })), findings };
  }
}

type CostText = (cost: NonNullable<Finding['cost']>) => string;

function textOf(finding: Finding, costText: CostText): string {
  const { file, line, what, rule, cost, clause, remedy } = finding;
  return [
    `${file}:${line}  ${what}  [${rule}]`,
    ...(cost ? [`  costs: ${costText(cost)}`] : []),
    ...(clause ? [`  clause: ${clause.id}: ${clause.text}`] : []),
    `  next: ${remedy}`,
  ].join('\n');
}
