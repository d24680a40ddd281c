export interface CommentParts {
  /** `git diff --stat` of the rendered manifests; empty where nothing changes. */
  readonly summary: string;
  readonly diff: string;
  /** Markdown of the budget check, one for each environment. */
  readonly reports: readonly string[];
}

/** A comment may have 65,536 characters. */
const longest = 60_000;
const shortestDiff = 200;

/** The reports come first and whole; of the diff there is as much as fits. */
export function commentOf({ summary, diff, reports }: CommentParts): string {
  const budget = reports.length > 0 ? reports.map((one) => one.trim()) : [noReport];
  const head = [...budget, '### Rendered manifests'].join('\n\n');
  const room = longest - head.length;
  if (room < 0) return `${cut(head, longest)}\n`;
  if (summary.trim() === '') return `${head}\n\nNothing changes.\n`;
  const files = fenced('', cut(summary.trimEnd(), room / 4));
  const left = room - files.length - shortestDiff;
  if (left < shortestDiff) return `${head}\n\n${files}\n`;
  const lines = fenced('diff', cut(diff.trimEnd(), left));
  return `${head}\n\n${files}\n\n<details><summary>Lines</summary>\n\n${lines}\n\n</details>\n`;
}

const noReport = 'The budget was not judged: the log of the run says why.';

/** Whole lines, at most so many characters, and what is left out is said. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.lastIndexOf('\n', length);
  const kept = text.slice(0, Math.max(0, end));
  const left = text.slice(kept.length).trim().split('\n').length;
  return `${kept}\n… and ${left} more lines`;
}

/** A fence longer than any in the text, so that the text cannot end it. */
function fenced(language: string, text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(2, ...runs) + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
