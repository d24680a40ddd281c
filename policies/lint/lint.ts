import type { Finding, LintFile, LintRule } from './model.ts';
import { fastSchedules } from './rules/fast-schedules.ts';
import { fastTimers } from './rules/fast-timers.ts';
import { healthChecks } from './rules/health-checks.ts';
import { architectures, imageDigests, requests } from './rules/manifests.ts';
import { terms } from './rules/terms.ts';
import { timedPops } from './rules/timed-pops.ts';
import { type Suppression, suppressionFaults, suppressionsOf } from './suppressions.ts';

export const lintRules: readonly LintRule[] = [
  timedPops,
  fastTimers,
  fastSchedules,
  healthChecks,
  terms,
  imageDigests,
  requests,
  architectures,
];

/** Every finding in the files, by place. A suppression without a reason is one itself. */
export function lint(
  files: readonly LintFile[],
  { day, rules = lintRules }: { readonly day: string; readonly rules?: readonly LintRule[] },
): readonly Finding[] {
  return files.flatMap((file) => lintFile(file, day, rules)).toSorted(byPlace);
}

function lintFile(file: LintFile, day: string, rules: readonly LintRule[]): readonly Finding[] {
  const applying = rules.filter((rule) => rule.appliesTo(file.path));
  if (applying.length === 0) return [];
  const found = applying.flatMap((rule) =>
    rule.find(file, day).map((one) => ({ rule: rule.name, file: file.path, ...one })),
  );
  const suppressions = suppressionsOf(file).filter(({ rule }) => isAsked(rule, rules));
  const allows = ({ rule, line, hasReason }: Suppression, one: Finding): boolean =>
    hasReason && rule === one.rule && line === one.line;
  const left = found.filter((one) => !suppressions.some((suppression) => allows(suppression, one)));
  const faults = suppressionFaults(
    suppressions,
    (suppression) => found.some((one) => allows(suppression, one)),
    lintRules.map(({ name }) => name),
  );
  return [...left, ...faults.map((one) => ({ rule: 'suppression', file: file.path, ...one }))];
}

/** Of a rule that does not run it cannot be said whether its suppressions are of use. */
const isAsked = (name: string, rules: readonly LintRule[]): boolean =>
  rules.some((rule) => rule.name === name) || !lintRules.some((rule) => rule.name === name);

const byPlace = (a: Finding, b: Finding): number =>
  a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
