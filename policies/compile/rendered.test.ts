import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contexts, environments, profiles, type ServiceSpec, services } from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { namespaceDemand } from './namespace-quota.ts';

const rendered = join(import.meta.dirname, '..', '..', 'argocd', 'rendered');
const memoryMiB: Readonly<Record<string, number>> = { Mi: 1, Gi: 1_024 };

function amountOf(quantity: string): number {
  const [, number = '', unit = ''] = /^(\d+)(m|Mi|Gi|)$/.exec(quantity) ?? [];
  if (number === '') throw new Error(`Not a quantity that quotas are written in: ${quantity}`);
  if (unit === 'm') return Number(number) / 1_000;
  return Number(number) * (memoryMiB[unit] ?? 1);
}

function quotaOf(environment: string, context: string): Readonly<Record<string, string>> {
  const path = join(rendered, environment, context, 'namespace.yaml');
  if (!existsSync(path)) throw new Error(`${path} is not there: mkt manifests render`);
  const quota = parseAllDocuments(readFileSync(path, 'utf8'))
    .map((document) => document.toJS() as { kind?: string; spec?: { hard: never } } | null)
    .find((object) => object?.kind === 'ResourceQuota');
  return quota?.spec?.hard ?? {};
}

/** On one machine nothing is scaled, so that nothing needs room for it. */
function servicesOn(environment: keyof typeof environments): readonly ServiceSpec[] {
  const { nodes } = profiles[environments[environment].profile];
  if (nodes.filter(({ role }) => role !== 'witness').length > 1) return services;
  return services.map(({ autoscale: _, ...service }) => service);
}

const names = Object.keys(environments) as (keyof typeof environments)[];

describe.each(names)('the rendered quotas of %s', (environment) => {
  it.each(contexts)('have room for all of %s to roll out at once', (context) => {
    const hard = quotaOf(environment, context);
    const demand = namespaceDemand(context, { services: servicesOn(environment) });
    const needed = {
      pods: demand.pods,
      'requests.cpu': demand.cpuRequestMilli / 1_000,
      'requests.memory': demand.memoryRequestMiB,
      'limits.memory': demand.memoryLimitMiB,
    };
    for (const [name, amount] of Object.entries(needed)) {
      expect(amountOf(hard[name] ?? '0'), name).toBeGreaterThanOrEqual(amount);
    }
  });
});
