import { describe, expect, it } from 'vitest';
import { limitAt, termsAt } from '../../limits/index.ts';
import type { BudgetFacts } from '../facts.ts';
import { type Catalogue, judge } from '../judge.ts';
import { isRefusal, type Judgement } from '../judgement.ts';
import { reportOf, reportSchema } from '../report/report.ts';
import { type Contradiction, contradictions } from './contradictions.ts';
import { originalFacts } from './facts.ts';

const { day } = originalFacts;
const catalogue: Catalogue = { limitOf: (id) => limitAt(id, day), terms: termsAt(day), limits: [] };
const refusalsOf = (facts: BudgetFacts) => judge(facts, catalogue).judgements.filter(isRefusal);
const refusals = refusalsOf(originalFacts);
const decided = contradictions.filter((one) => one.by !== 'reading');

type Decidable = Exclude<Contradiction, { by: 'reading' }>;
const saying = ({ rule, says }: Decidable, among: readonly Judgement[]) =>
  among.filter((finding) => finding.rule === rule && says(finding));

describe("the original specification's layout", () => {
  it('is listed with all 25 contradictions, each of them once', () => {
    const numbers = contradictions.map((one) => one.number);
    expect(numbers).toEqual(Array.from({ length: 25 }, (_, at) => at + 1));
  });

  it.each(decided)('$number: $title is refused by the rule $rule', (contradiction) => {
    const [finding] = saying(contradiction as Decidable, refusals);
    expect(finding?.why).toMatch(/\w{3}/);
    expect(finding?.remedy).toMatch(/\w{3}/);
  });

  it.each(decided)('$number: is not said any more once it is resolved', (contradiction) => {
    const one = contradiction as Decidable;
    expect(saying(one, refusalsOf(one.resolved(originalFacts)))).toEqual([]);
  });

  it('is decided by arithmetic wherever it is arithmetic; one has to be read', () => {
    const by = (kind: Contradiction['by']) =>
      contradictions.filter((one) => one.by === kind).map((one) => one.number);
    expect(by('arithmetic')).toEqual([1, 2, 3, 4, 6, 7, 9, 10, 11, 12, 15, 16, 17, 19, 21, 25]);
    expect(by('terms')).toEqual([13, 14]);
    expect(by('declared')).toEqual([5, 8, 18, 20, 22, 23]);
    expect(by('reading')).toEqual([24]);
  });

  it('says what its machines would cost a month', () => {
    const cost = (id: string) => refusals.find(({ limitId }) => limitId === id)?.costUsd;
    // 2,976 - 1,500 OCPU-hours at 0.01, and 17,856 - 9,000 GB-hours at 0.0015.
    expect(cost('oracle.a1.ocpu-hours')).toBeCloseTo(14.76, 6);
    expect(cost('oracle.a1.memory-gb-hours')).toBeCloseTo(13.284, 6);
  });

  it('says on which day the always-on database stops', () => {
    const alone = {
      ...originalFacts,
      uses: originalFacts.uses.filter(({ because }) => !because.includes('branches')),
    };
    const compute = refusalsOf(alone).find(({ limitId }) => limitId === 'neon.compute.cu-hours');
    expect(compute).toMatchObject({ value: 186, limit: 100, exhaustedOnDay: 17 });
  });

  it('stays refused where somebody accepts the cost: not everything can be bought', () => {
    const accepted = judge(originalFacts, catalogue, { acknowledged: true });
    expect(accepted.isRefused).toBe(true);
    const ruleOf = ({ rule }: Judgement) => rule;
    expect(accepted.judgements.filter(isRefusal).map(ruleOf)).toContain('placement/fit');
  });

  it('fits the shape of the report', () => {
    const head = { day, environment: 'original', profile: 'full-2x2', acknowledged: false };
    const report = reportOf(head, judge(originalFacts, catalogue));
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.verdict).toBe('refused');
  });
});
