import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Quota } from '@mkt/policies/simulate';
import { Flags } from '@oclif/core';
import { MktCommand } from '../../mkt-command.ts';
import { loadPolicies } from '../../operations/policies.ts';
import {
  type Answer,
  answerJson,
  ask,
  environmentNamed,
  notable,
  parseMore,
  parseProfile,
  parseTimes,
  type Simulation,
} from '../../operations/simulation.ts';
import { trafficFrom } from '../../operations/traffic-file.ts';

export default class BudgetSimulate extends MktCommand {
  static override summary =
    'Live through a month of an environment: what runs out first, when, and what would fit';
  static override description =
    'Visits arrive by chance, hour by hour, as the environment expects them; caches expire, ' +
    'databases wake and sleep, allowances fill. The same seed gives the same month. What is ' +
    'tried out changes nothing else.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --seed 7',
    '<%= config.bin %> <%= command.id %> --traffic 3x --databases neon',
    '<%= config.bin %> <%= command.id %> --largest --svg month.svg',
  ];
  static override flags = {
    env: Flags.string({
      summary: 'Environment of the topology',
      default: 'production',
      helpValue: 'NAME',
    }),
    month: Flags.string({
      summary: 'Calendar month to live through',
      default: '2026-12',
      helpValue: 'YYYY-MM',
    }),
    seed: Flags.integer({
      summary: 'Which chances the month has',
      default: 1,
      min: 0,
      max: 0x7fffffff,
    }),
    seeds: Flags.integer({
      summary: 'Months with other chances, for the band',
      default: 1,
      min: 1,
      max: 20,
    }),
    traffic: Flags.string({ summary: 'So many times the expected traffic', helpValue: '3x' }),
    'traffic-file': Flags.string({
      summary: "YAML that says what differs from the environment's expected traffic",
      helpValue: 'FILE',
    }),
    services: Flags.string({ summary: 'So many more services in every context', helpValue: '+2' }),
    'cache-ttl': Flags.integer({
      summary: 'Seconds for which public pages are kept',
      min: 0,
      max: 86_400,
    }),
    profile: Flags.string({ summary: 'Machines of another profile', helpValue: 'PROFILE' }),
    databases: Flags.string({
      summary: "Every context's database in one place",
      options: ['neon', 'cluster'] as const,
    }),
    redis: Flags.string({ summary: 'Where Redis is', options: ['valkey', 'upstash'] as const }),
    'usage-seconds': Flags.integer({ summary: 'Pause between usage reports', min: 1, max: 86_400 }),
    'scattered-sweeps': Flags.boolean({
      summary: 'Every service looks for due work at moments of its own',
      default: false,
    }),
    ladder: Flags.boolean({
      summary: 'Hold back step by step before a quota ends',
      default: false,
    }),
    largest: Flags.boolean({ summary: 'Find the largest traffic that fits', default: false }),
    svg: Flags.string({
      summary: 'Draw every quota against its limit into this file',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(BudgetSimulate);
    const root = resolve(this.config.root, '..', '..');
    const simulation = await loadPolicies(root, 'simulate');
    const declared = environmentNamed(flags.env);
    const file = flags['traffic-file'];
    const environment =
      file === undefined
        ? declared
        : {
            ...declared,
            traffic: await trafficFrom(await loadPolicies(root, 'traffic'), file, declared.traffic),
          };
    const answer = ask(simulation, {
      environment,
      month: flags.month,
      seed: flags.seed,
      seeds: flags.seeds,
      largest: flags.largest,
      ladder: flags.ladder,
      sweepsTogether: !flags['scattered-sweeps'],
      ...(flags.traffic === undefined ? {} : { traffic: parseTimes(flags.traffic) }),
      ...(flags.services === undefined ? {} : { services: parseMore(flags.services) }),
      ...(flags['cache-ttl'] === undefined ? {} : { cacheTtlSeconds: flags['cache-ttl'] }),
      ...(flags.profile === undefined ? {} : { profile: parseProfile(flags.profile) }),
      ...(flags.databases === undefined ? {} : { databases: flags.databases as 'neon' }),
      ...(flags.redis === undefined ? {} : { redis: flags.redis as 'valkey' }),
      ...(flags['usage-seconds'] === undefined
        ? {}
        : { usageReportSeconds: flags['usage-seconds'] }),
    });
    this.showAnswer(answer, simulation);
    if (flags.svg !== undefined) await this.draw(flags.svg, answer, simulation);
    return answerJson(answer, simulation);
  }

  private showAnswer(answer: Answer, simulation: Simulation): void {
    const { scenario, verdict, months } = answer;
    const { short, sparkline, momentOf } = simulation;
    const [month] = months;
    this.showTable<Quota>(
      notable(verdict.quotas),
      [
        { title: 'QUOTA', value: ({ limitId }) => limitId },
        { title: 'OF', value: ({ instance }) => instance ?? '' },
        { title: 'USED', value: ({ used }) => short(used), align: 'right' },
        { title: 'LIMIT', value: ({ limit }) => short(limit), align: 'right' },
        { title: 'SHARE', value: ({ share }) => `${Math.round(share * 100)}%`, align: 'right' },
        { title: 'MONTH', value: (quota) => sparkline(quota, 16) },
        {
          title: 'OUT AT',
          value: ({ exhaustedAtHour: hour }) => (hour === null ? '-' : momentOf(scenario, hour)),
        },
        { title: 'ARITHMETIC', value: ({ arithmetic }) => arithmetic, flexible: true },
      ],
      'Nothing is spent.',
    );
    this.show('');
    this.show(verdictLine(answer));
    const { visits } = verdict;
    const refused = Object.values(visits).reduce((sum, one) => sum + one.refused, 0);
    this.show(
      `${visits.checkout.done.toLocaleString('en')} orders and ` +
        `${visits.pageView.done.toLocaleString('en')} page views in ${scenario.month.name} ` +
        `(${Math.round(verdict.pageHitRate * 100)}% from the cache), ` +
        `${refused.toLocaleString('en')} visits refused, ` +
        `${verdict.coldStarts.toLocaleString('en')} cold starts.`,
    );
    for (const line of largestLines(answer)) this.show(line);
    if (month) this.tell(`${simulation.requestsOf(month).toLocaleString('en')} requests simulated`);
  }

  private async draw(file: string, answer: Answer, simulation: Simulation): Promise<void> {
    const { scenario, verdict } = answer;
    const title = `${scenario.environment} on ${scenario.profile.name}, ${scenario.month.name}`;
    await writeFile(file, simulation.svgOf(title, notable(verdict.quotas)));
    this.tell(`Drawn into ${file}`);
  }
}

function verdictLine({ verdict, months }: Answer): string {
  const { firstExhausted: first, over } = verdict;
  if (first) {
    const name = first.instance === null ? first.limitId : `${first.limitId} of ${first.instance}`;
    const days =
      first.earliestDay === first.latestDay
        ? `on day ${first.earliestDay}`
        : `between day ${first.earliestDay} and day ${first.latestDay}`;
    return `It does not fit: ${name} runs out first, ${days} (${first.seeds} of ${months.length} seeds).`;
  }
  const [worst] = over;
  return worst
    ? `It does not fit: ${worst.limitId} is over: ${worst.arithmetic}.`
    : 'It fits: every quota lasts the month.';
}

function largestLines({ largest }: Answer): string[] {
  if (largest === undefined) return [];
  if (largest === null) return ['Not even a thousandth of this traffic fits.'];
  const { limitedBy, nextStep } = largest;
  const name =
    limitedBy.instance === null
      ? limitedBy.limitId
      : `${limitedBy.limitId} of ${limitedBy.instance}`;
  const most =
    `At most ${largest.ordersPerMonth.toLocaleString('en')} orders and ` +
    `${largest.pageViewsPerMonth.toLocaleString('en')} page views a month at $0: ` +
    `then ${name} is full.`;
  if (!nextStep) return [most];
  const { buys, usdPerMonth, ordersPerMonth } = nextStep;
  return [
    most,
    `${buys} for US$${usdPerMonth.toFixed(2)} a month: ${ordersPerMonth.toLocaleString('en')} orders.`,
  ];
}
