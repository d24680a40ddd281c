import type { Found, LintFile } from './model.ts';

/**
 * `// mkt-allow fast-timer: it only looks at its own memory`, on the line that it is about; alone
 * on a line it is about the next.
 */
const comment = /(?:\/\/|#)\s*mkt-allow\s+([a-z-]+)(?::\s*(.*))?$/;
/** Two words at the least: "ok" is no reason. */
const reasonable = /[a-z]{3,}.*\s[a-z]{2,}/i;

export interface Suppression {
  readonly rule: string;
  readonly line: number;
  readonly hasReason: boolean;
}

export function suppressionsOf({ text }: LintFile): readonly Suppression[] {
  if (!text.includes('mkt-allow')) return [];
  return text.split('\n').flatMap((line, at) => {
    const [, rule, reason = ''] = comment.exec(line.trimEnd()) ?? [];
    if (rule === undefined) return [];
    const isAlone = /^\s*(\/\/|#)/.test(line);
    return [{ rule, line: at + (isAlone ? 2 : 1), hasReason: reasonable.test(reason) }];
  });
}

/** What is wrong with the suppressions themselves. */
export function suppressionFaults(
  suppressions: readonly Suppression[],
  isUsed: (suppression: Suppression) => boolean,
  rules: readonly string[],
): readonly Found[] {
  return suppressions.flatMap((one): Found[] => {
    if (!rules.includes(one.rule)) {
      const what = `mkt-allow names no rule: ${one.rule}`;
      return [{ line: one.line, what, remedy: `The rules are ${rules.join(', ')}.` }];
    }
    if (!one.hasReason) {
      const what = `mkt-allow ${one.rule} without a reason`;
      return [{ line: one.line, what, remedy: `Write why: mkt-allow ${one.rule}: …` }];
    }
    if (isUsed(one)) return [];
    const what = `mkt-allow ${one.rule} allows nothing here`;
    return [
      { line: one.line, what, remedy: 'Take it out, or put it on the line that it is about.' },
    ];
  });
}
