import { environments } from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import type { Judgement } from '../judgement.ts';
import { differencesOf } from './difference.ts';
import { markdownOf } from './markdown.ts';
import { amount, percent, usd } from './numbers.ts';
import { byReason, type Report, reportOf, reportSchema } from './report.ts';
import { sarifOf } from './sarif.ts';
import { unitCosts } from './unit-costs.ts';

const fine: Judgement = {
  rule: 'placement/headroom',
  severity: 'ok',
  subject: 'node main, memory, steady',
  value: 1000,
  limit: 9350,
  unit: 'mib',
  share: 1000 / 9350,
  arithmetic: 'requests of 10 pods',
};
const wrong: Judgement = {
  rule: 'quota',
  severity: 'error',
  subject: 'Commands',
  limitId: 'upstash.commands.count',
  value: 600_000,
  limit: 500_000,
  unit: 'command',
  share: 1.2,
  arithmetic: 'order 100,000 x 6 | and more',
  why: '100,000 commands too many',
  remedy: 'reduce first: orders',
  costUsd: 0.2,
  exhaustedOnDay: 26,
  place: { file: 'packages/topology/src/cost-model.ts', line: 3 },
};
const idle = { resource: 'Things', limit: 5, unit: 'count', reason: 'nobody asks for it' };
const notJudged = [
  { ...idle, limitId: 'a.things.count' },
  { ...idle, limitId: 'b.things.count' },
];
const reportWith = (judgements: readonly Judgement[], costUsd = 0): Report =>
  reportOf(
    { day: '2026-11-27', environment: 'production', profile: 'free-1x2', acknowledged: false },
    { judgements, notJudged, costUsd, isRefused: judgements.includes(wrong) },
  );

describe('the report', () => {
  it('has every line, and what is wrong first', () => {
    const warning: Judgement = { ...fine, severity: 'warning', why: 'tight' };
    const report = reportWith([fine, warning, wrong], 0.2);
    expect(report.lines).toHaveLength(3);
    expect(report.findings.map(({ severity }) => severity)).toEqual(['error', 'warning']);
    expect(report).toMatchObject({ verdict: 'refused', costUsd: 0.2 });
  });

  it('is of the published shape, also where a share has no end', () => {
    const endless = { ...wrong, share: Number.POSITIVE_INFINITY };
    const written = JSON.parse(JSON.stringify(reportWith([fine, endless]))) as unknown;
    expect(reportSchema.parse(written)).toEqual(written);
    expect(reportSchema.safeParse({ ...(written as object), extra: 1 }).success).toBe(false);
  });
});

describe('what is not judged', () => {
  it('is told once for each reason, and of one product as one', () => {
    const named = (...ids: readonly string[]) => ids.map((limitId) => ({ ...idle, limitId }));
    const away = { ...idle, limitId: 'c.of.them', reason: 'it is away' };
    expect(byReason([...named('a.x.1', 'a.x.2', 'a.x.3', 'b.y.1', 'b.y.2'), away])).toEqual([
      { reason: idle.reason, names: ['a.x.* (3)', 'b.y.1', 'b.y.2'] },
      { reason: 'it is away', names: ['c.of.them'] },
    ]);
  });
});

describe('the difference to a commit', () => {
  const differences = (before: readonly Judgement[], after: readonly Judgement[]) =>
    differencesOf(
      { report: reportWith(before), costs: { 'Upstash commands per order': 6 } },
      { report: reportWith(after), costs: { 'Upstash commands per order': 6.2 } },
    ).map(({ subject, text }) => `${text} ${subject}`);

  it('says how much more there is, of each and per order', () => {
    expect(differences([fine], [{ ...fine, value: 1096 }])).toEqual([
      '+96 MiB node main, memory, steady',
      '+0.2 Upstash commands per order',
    ]);
  });

  it('says what runs out earlier, and what is refused now', () => {
    const later: Judgement = { ...wrong, severity: 'warning', exhaustedOnDay: 29 };
    expect(differences([later], [{ ...wrong, exhaustedOnDay: 24 }])).toEqual([
      '+0.2 Upstash commands per order',
      'day 29 -> day 24 Commands, used up',
      'warning -> refused Commands',
    ]);
  });

  it('says what came and what went', () => {
    expect(differences([fine], [wrong]).slice(0, 2)).toEqual([
      '+600,000 commands Commands',
      '-1,000 MiB node main, memory, steady',
    ]);
  });

  it('leaves out what is less than a thousandth of its limit', () => {
    expect(differences([fine], [{ ...fine, value: 1009 }])).toEqual([
      '+0.2 Upstash commands per order',
    ]);
  });
});

describe('the cost of one of each', () => {
  it('is named by what it spends and what for', () => {
    const always = { statements: { sales: 2, billing: 1 }, redisCommands: 4 };
    const model = { checkout: { always } } as unknown as Parameters<typeof unitCosts>[0];
    const costs = unitCosts(model, { ...environments.production, redis: 'upstash' });
    expect(costs).toMatchObject({
      'SQL statements per order': 3,
      'Upstash commands per order': 4,
    });
    expect(unitCosts(undefined, environments.production)).toEqual({});
  });
});

describe('SARIF', () => {
  it('has the findings with their rules, levels, places and stable prints', () => {
    const sarif = sarifOf(reportWith([fine, wrong])) as {
      version: string;
      runs: { tool: { driver: { rules: { id: string }[] } }; results: unknown[] }[];
    };
    expect(sarif.version).toBe('2.1.0');
    const [run] = sarif.runs;
    expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(['quota']);
    expect(run?.results).toEqual([
      {
        ruleId: 'quota',
        ruleIndex: 0,
        level: 'error',
        message: { text: expect.stringContaining('100,000 commands too many') },
        locations: [
          {
            physicalLocation: {
              artifactLocation: {
                uri: 'packages/topology/src/cost-model.ts',
                uriBaseId: '%SRCROOT%',
              },
              region: { startLine: 3 },
            },
          },
        ],
        partialFingerprints: { 'mkt/v1': 'quota|upstash.commands.count|Commands' },
        properties: { share: 1.2, limitId: 'upstash.commands.count' },
      },
    ]);
  });
});

describe('the comment on a pull request', () => {
  it('has the verdict, the change, the findings and the sums', () => {
    const base = {
      ref: 'main',
      commit: '0123456789abcdef',
      verdict: 'fits' as const,
      differences: [{ subject: 'node main, memory', text: '+96 MiB' }],
    };
    const text = markdownOf({ ...reportWith([fine, wrong], 0.2), base });
    expect(text).toMatch(/^### Budget of production on free-1x2: refused$/m);
    expect(text).toMatch(/^\| node main, memory \| \*\*\+96 MiB\*\* \|$/m);
    expect(text).toContain('Against `main` (012345678)');
    expect(text).toMatch(/^\| :no_entry: \| Commands \| 100,000 commands too many/m);
    expect(text).toContain('going on costs US$ 0.20 a month');
    // A bar in a cell would begin another.
    expect(text).toContain('6 \\| and more');
    // What is not judged is told with its reason, and those of one reason together.
    expect(text).toMatch(/^\| nobody asks for it \| a\.things\.count, b\.things\.count \|$/m);
  });

  it('says so where nothing changes', () => {
    const base = { ref: 'main', commit: 'abc', verdict: 'fits' as const, differences: [] };
    expect(markdownOf({ ...reportWith([fine]), base })).toContain('nothing changes');
  });
});

describe('numbers', () => {
  it.each([
    [amount(1488, 'ocpu-hour'), '1,488 OCPU-hours'],
    [amount(0.2394, 'gb'), '0.239 GB'],
    [amount(12.34, undefined), '12.3'],
    [amount('unknown', 'gb'), 'unknown'],
    [percent(0.0181), '1.8%'],
    [percent(1.984), '198%'],
    [usd(28.044), 'US$ 28.04'],
  ])('%s', (written, expected) => {
    expect(written).toBe(expected);
  });
});
