import type {
  Largest,
  Quota,
  Scenario,
  SimulatedMonth,
  Verdict,
  WhatIf,
} from '@mkt/policies/simulate';
import { type Environment, environmentNames, environments, profileNames } from '@mkt/topology';
import { usageFailure } from '../failure.ts';
import { nearest } from '../unknown-command.ts';

export type Simulation = typeof import('@mkt/policies/simulate');

export interface Question extends WhatIf {
  readonly environment: Environment;
  readonly month: string;
  readonly seed: number;
  /** How many months of other chances beside it, for the band. */
  readonly seeds: number;
  readonly largest: boolean;
}

export interface Answer {
  readonly scenario: Scenario;
  readonly months: readonly SimulatedMonth[];
  readonly verdict: Verdict;
  readonly largest: Largest | null | undefined;
}

export function ask(simulation: Simulation, question: Question): Answer {
  const { scenarioOf, monthOf, simulate, verdictOf, largestTraffic } = simulation;
  const month = monthOrRefuse(monthOf, question.month);
  const scenario = scenarioOf(question.environment, month, question);
  const seeds = Array.from({ length: question.seeds }, (_, at) => question.seed + at);
  const months = knownOrRefuse(() => simulate(scenario, seeds));
  return {
    scenario,
    months,
    verdict: verdictOf(months),
    largest: question.largest ? largestTraffic(scenario) : undefined,
  };
}

export function environmentNamed(name: string): Environment {
  const known = environmentNames.find((one) => one === name);
  if (known) return environments[known];
  throw usageFailure(`There is no environment ${name}.`, oneOf(name, environmentNames));
}

function monthOrRefuse(monthOf: Simulation['monthOf'], name: string) {
  try {
    return monthOf(name);
  } catch (error) {
    throw usageFailure((error as Error).message, 'Write it so: --month 2026-12');
  }
}

/** Allowances have a history, and it begins some day. */
function knownOrRefuse<Found>(look: () => Found): Found {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'NoSuchLimit') throw error;
    throw usageFailure(error.message, 'Take a month that the catalogue knows: mkt limits list');
  }
}

/** `3x`, `0.5x`: so many times. */
export function parseTimes(text: string): number {
  const times = Number(/^(\d+(?:\.\d+)?)x?$/.exec(text)?.[1]);
  if (times > 0 && times <= 1_000) return times;
  throw usageFailure(
    `"${text}" is not a number of times between 0 and 1,000.`,
    'Write it so: --traffic 3x',
  );
}

/** `+2`, `2`: so many more services in every context. */
export function parseMore(text: string): number {
  const more = Number(/^\+?(\d{1,2})$/.exec(text)?.[1] ?? Number.NaN);
  if (more >= 0) return more;
  throw usageFailure(`"${text}" is not a number of services.`, 'Write it so: --services +2');
}

export function parseProfile(text: string): (typeof profileNames)[number] {
  const profile = profileNames.find((name) => name === text);
  if (profile) return profile;
  throw usageFailure(`There is no profile ${text}.`, oneOf(text, profileNames));
}

function oneOf(typed: string, names: readonly string[]): string {
  const meant = nearest(typed, names);
  return `${meant === undefined ? '' : `Did you mean ${meant}? `}One of ${names.join(', ')}.`;
}

/** The shape of `--json`, version 1: the same bytes for the same question. */
export function answerJson({ scenario, months, verdict, largest }: Answer, simulation: Simulation) {
  const at = (hour: number | null) => (hour === null ? null : simulation.momentOf(scenario, hour));
  return {
    environment: scenario.environment,
    profile: scenario.profile.name,
    month: scenario.month.name,
    seeds: months.map(({ seed }) => seed),
    requests: months[0] ? simulation.requestsOf(months[0]) : 0,
    fits: verdict.fits,
    firstExhausted: verdict.firstExhausted,
    quotas: verdict.quotas.map(({ levels: _, exhaustedAtHour, ...quota }) => ({
      ...quota,
      exhaustedAt: at(exhaustedAtHour),
    })),
    visits: verdict.visits,
    coldStarts: verdict.coldStarts,
    pageHitRate: verdict.pageHitRate,
    ...(largest === undefined ? {} : { largest }),
    assumptions: simulation.assumptions,
  };
}

/** Quotas worth a line: with something spent. */
export const notable = (quotas: readonly Quota[]): Quota[] =>
  quotas.filter(({ share }) => share >= 0.0005);
