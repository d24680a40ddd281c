export { costText } from './cost.ts';
export { lintedFiles } from './files.ts';
export { lint, lintRules } from './lint.ts';
export type { Finding, LintFile, LintRule, MonthlyCost } from './model.ts';
