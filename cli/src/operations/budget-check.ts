import type { Report, ReportLine } from '@mkt/policies/budget';
import { Failure, usageFailure } from '../failure.ts';

type Budget = typeof import('@mkt/policies/budget');
type Options = Parameters<Budget['checkBudget']>[0];

/** Judges an environment; what is wrong with what was given is told with its place. */
export async function checkBudget({ checkBudget: check }: Budget, options: Options) {
  try {
    return await check(options);
  } catch (error) {
    throw failureOf(error) ?? error;
  }
}

/** Known by its name: the class itself belongs to what is loaded by its path. */
function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || error.name !== 'BudgetInputError') return undefined;
  const { code, next, faults } = error as InstanceType<Budget['BudgetInputError']>;
  if (code === 'BUDGET_NAME') return usageFailure(error.message, next);
  return new Failure(error.message, {
    code,
    next,
    details: faults.map(({ file, line, what }) => `${file}:${line}: ${what}`),
    problem: { faults },
    cause: error,
  });
}

/** `It fits` or how much of it does not. */
export function verdictText({ usd }: Budget, report: Report): string {
  const { environment, profile, verdict, findings, lines, costUsd } = report;
  const refused = findings.filter(({ severity }) => severity === 'error').length;
  const warned = findings.length - refused;
  const counts = `${lines.length} judged, ${refused} refused, ${warned} to look at`;
  const cost = costUsd > 0 ? ` It may cost ${usd(costUsd)} a month, where it can be bought.` : '';
  const answer = verdict === 'fits' ? 'fits' : 'does not fit';
  return `${environment} on ${profile} ${answer}: ${counts}.${cost}`;
}

/** `file:line: subject: why` and what to do. */
export function findingText({ file, line, subject, why, remedy }: ReportLine): string {
  const where = file === undefined ? '' : `${file}:${line}: `;
  return `${where}${subject}: ${why}\n    ${remedy}`;
}
