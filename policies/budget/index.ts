export { type CheckOptions, checkBudget } from './check.ts';
export type { DeclaredUse } from './facts.ts';
export { BudgetInputError } from './input-error.ts';
export { clusterNodes } from './placement/node.ts';
export { markdownOf } from './report/markdown.ts';
export { amount, percent, usd } from './report/numbers.ts';
export {
  byReason,
  type Report,
  type ReportLine,
  reportSchema,
  type SameReason,
} from './report/report.ts';
export { sarifOf } from './report/sarif.ts';
export { packagedPrograms } from './uses/platform.ts';
