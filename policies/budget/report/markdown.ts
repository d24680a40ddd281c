import { amount, percent, usd } from './numbers.ts';
import { byReason, type Report, type ReportLine } from './report.ts';

/** The comment on a pull request: the verdict, what changed, what is wrong, and the sums. */
export function markdownOf(report: Report): string {
  const { environment, profile, verdict, findings, lines, costUsd } = report;
  const refused = findings.filter(({ severity }) => severity === 'error').length;
  const warned = findings.length - refused;
  const sums = lines.filter(({ value }) => value !== undefined);
  return [
    `### Budget of ${environment} on ${profile}: ${verdict === 'fits' ? 'it fits' : 'refused'}`,
    '',
    `${refused} refused, ${warned} to look at, ${lines.length} judged on ${report.day}.` +
      (costUsd > 0 ? ` Where it can be bought, going on costs ${usd(costUsd)} a month.` : ''),
    '',
    ...differencePart(report),
    ...(findings.length > 0
      ? [...tableOf(findings, ['', 'What', 'Why', 'What to do'], findingCells), '']
      : []),
    '<details><summary>Every sum</summary>',
    '',
    ...tableOf(sums, ['What', 'Value', 'Limit', 'Share', 'Arithmetic'], sumCells),
    '',
    '</details>',
    '',
    ...notJudgedPart(report),
  ].join('\n');
}

function notJudgedPart({ notJudged }: Report): string[] {
  if (notJudged.length === 0) return [];
  return [
    `<details><summary>${notJudged.length} entries of the catalogue are not judged</summary>`,
    '',
    ...tableOf(byReason(notJudged), ['Why', 'What'], ({ reason, names }) => [
      reason,
      names.join(', '),
    ]),
    '',
    '</details>',
    '',
  ];
}

function differencePart({ base }: Report): string[] {
  if (!base) return [];
  const title = `Against \`${base.ref}\` (${base.commit.slice(0, 9)})`;
  if (base.differences.length === 0) return [`${title}: nothing changes.`, ''];
  const changes = base.differences;
  return [
    ...tableOf(changes, [title, 'Change'], ({ subject, text }) => [subject, `**${text}**`]),
    '',
  ];
}

const findingCells = ({ severity, subject, why = '', remedy = '', arithmetic }: ReportLine) => [
  severity === 'error' ? ':no_entry:' : ':warning:',
  subject,
  `${why}<br><sub>${escaped(arithmetic)}</sub>`,
  remedy,
];

const sumCells = ({ subject, value = 0, limit, unit, share, arithmetic }: ReportLine) => [
  subject,
  amount(value, unit),
  limit === undefined ? '' : amount(limit, unit),
  share === undefined ? '' : percent(share),
  arithmetic,
];

function tableOf<Row>(
  rows: readonly Row[],
  titles: readonly string[],
  cells: (row: Row) => readonly string[],
): string[] {
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  return [
    line(titles),
    line(titles.map(() => '---')),
    ...rows.map((row) => line(cells(row).map(inCell))),
  ];
}

const inCell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const escaped = (text: string) => text.replaceAll('<', '&lt;');
