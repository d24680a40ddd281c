import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileNames } from '@mkt/topology';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, test } from 'vitest';
import { monitoringBudget } from '../charts/monitoring/limits.ts';
import { containersOf, type Fields, podOf } from '../objects.ts';
import { demandOf } from '../plan/demand.ts';
import { planOf } from '../plan/plan.ts';
import { changedModel, find, objectsOf } from '../testing.ts';
import { dashboards } from './dashboards/index.ts';
import { burnRates, ruleGroups, serviceClasses } from './rules.ts';

const root = join(import.meta.dirname, '../..');
const rules = ruleGroups.flatMap((group) => group.rules);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const expressions: readonly (readonly [string, string])[] = [
  ...rules.map((rule) => [rule.alert ?? rule.record ?? '', rule.expr] as const),
  ...dashboards.flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, queries }) =>
      queries.map(([expr]) => [`${uid}: ${title}`, expr] as const),
    ),
  ),
];

/** Names before a brace, a bracket or an operator, as an expression uses them. */
function metricsIn(expr: string): string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') {
        names.push(expr.slice(from, to));
      }
    },
  });
  return names;
}

const hasError = (expr: string): boolean => {
  let found = false;
  parser.parse(expr).iterate({
    enter: ({ type }) => {
      found ||= type.isError;
    },
  });
  return found;
};

describe('monitoring', () => {
  test.each(profileNames)('fits 2.6 GB and 0.6 of a processor on %s', (profile) => {
    const plan = planOf('production', changedModel({ environments: { production: { profile } } }));
    const own = objectsOf(plan).filter(({ metadata }) => metadata.namespace === 'monitoring');
    const nodes = plan.profile.nodes.filter(({ role }) => role !== 'witness').length;
    const demand = demandOf(own, nodes);
    expect(demand.memoryLimitMiB * 2 ** 20).toBeLessThanOrEqual(monitoringBudget.memoryBytes);
    expect(demand.cpuLimitMilli).toBeLessThanOrEqual(monitoringBudget.cpuMilli);
    const { hard } = find(own, 'ResourceQuota', 'quota').spec;
    expect([hard['limits.memory'], hard['limits.cpu']]).toEqual([
      `${demand.memoryLimitMiB}Mi`,
      `${demand.cpuLimitMilli}m`,
    ]);
  });

  test('has all four systems, the exporters and the collector, with nothing of the node', () => {
    const own = objectsOf().filter(({ metadata }) => metadata.namespace === 'monitoring');
    const programs = own.filter(podOf);
    expect(programs.map(({ metadata }) => metadata.name).sort()).toEqual([
      'grafana',
      'kube-state-metrics',
      'loki',
      'node-exporter',
      'otel-collector',
      'prometheus',
      'tempo',
    ]);
    const volumes = programs.flatMap((one) => podOf(one)?.spec.volumes ?? []);
    expect(volumes.filter((one: Fields) => one.hostPath)).toEqual([]);
  });

  test('tells every Go program how much it may hold before the node does', () => {
    for (const name of [
      'prometheus',
      'grafana',
      'loki',
      'tempo',
      'otel-collector',
      'kube-state-metrics',
    ]) {
      const program = objectsOf().find((one) => podOf(one) && one.metadata.name === name);
      const [container] = containersOf(program && podOf(program));
      const given = container.env.find((one: Fields) => one.name === 'GOMEMLIMIT')?.value;
      const limit = Number.parseInt(container.resources.limits.memory, 10);
      expect(Number.parseInt(given, 10)).toBeLessThan(limit);
      expect(Number.parseInt(given, 10)).toBeGreaterThan(limit * 0.8);
    }
  });
});

describe('expressions', () => {
  test.each(expressions)('of %s are PromQL', (_, expr) => {
    expect(hasError(expr)).toBe(false);
  });

  test('would be found out if they were not', () => {
    expect(hasError('sum by (service (rate(up[5m]))')).toBe(true);
  });

  test('name only metrics that somebody exports', () => {
    const documented = readFileSync(join(root, 'docs/metrics.md'), 'utf8');
    const ofOthers = /^(up|node_|kube_|prometheus_|process_|nodejs_|class:http_errors:)/;
    const names = new Set(expressions.flatMap(([, expr]) => metricsIn(expr)));
    expect(names.size).toBeGreaterThan(15);
    const unknown = [...names].filter(
      (name) =>
        !ofOthers.test(name) &&
        !documented.includes(`\`${name.replace(/_(bucket|count|sum)$/, '')}\``) &&
        !isExportedBySource(name),
    );
    expect(unknown).toEqual([]);
  });
});

/** Metrics that docs/metrics.md refers to by the file that makes them. */
function isExportedBySource(name: string): boolean {
  const files = ['packages/service-kit/src/load/protection.ts', 'packages/redis/src/metrics.ts'];
  return files.some((file) => readFileSync(join(root, file), 'utf8').includes(`'${name}'`));
}

describe('night work', () => {
  test('is watched by what is exported of it, and by no more', () => {
    const program = find(objectsOf(), 'Deployment', 'kube-state-metrics');
    const [{ args }] = containersOf(podOf(program));
    const allowed = args.find((one: string) => one.startsWith('--metric-allowlist='));
    const used = expressions.flatMap(([, expr]) => metricsIn(expr));
    const exported = allowed?.split('=')[1]?.split(',') ?? [];
    expect(exported.toSorted()).toEqual(
      [...new Set(used.filter((name) => name.startsWith('kube_')))].toSorted(),
    );
  });

  test('is watched in every namespace that has any', () => {
    const all = objectsOf();
    const namespaces = all
      .filter(({ kind }) => kind === 'CronJob')
      .map(({ metadata }) => metadata.namespace ?? '');
    const [{ args }] = containersOf(podOf(find(all, 'Deployment', 'kube-state-metrics')));
    expect(args).toContain(`--namespaces=${[...new Set(namespaces)].toSorted().join(',')}`);
  });
});

describe('alerts', () => {
  test('each have a runbook that is there, a severity and a summary', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(['page', 'ticket'], alert).toContain(labels?.severity);
      expect(annotations?.summary, alert).toBeTruthy();
      expect(existsSync(join(root, annotations?.runbook ?? '')), annotations?.runbook).toBe(true);
    }
  });

  test('have names of their own', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  test('on errors compare a long window with a short one, for every class', () => {
    for (const { long, short } of burnRates) {
      const records = rules.filter(
        ({ record }) =>
          record === `class:http_errors:ratio_rate${long}` ||
          record === `class:http_errors:ratio_rate${short}`,
      );
      for (const serviceClass of serviceClasses) {
        const own = records.filter(({ labels }) => labels?.class === serviceClass);
        expect(own, serviceClass).toHaveLength(2);
      }
      expect(
        alerts.some(({ expr }) => expr.includes(`rate${long} `) && expr.includes(`rate${short} `)),
      ).toBe(true);
    }
  });
});

describe('dashboards', () => {
  test('are one for each class, and for orders, money, events, the budget and vendors', () => {
    expect(dashboards.map(({ uid }) => uid)).toEqual([
      'mkt-class-product-search',
      'mkt-class-order-processing',
      'mkt-class-payment-processing',
      'mkt-orders',
      'mkt-money',
      'mkt-events',
      'mkt-budget',
      'mkt-vendors',
    ]);
    const files = find(objectsOf(), 'ConfigMap', 'grafana-files')['data'];
    for (const { uid, panels } of dashboards) {
      expect(JSON.parse(files[`etc-mkt-dashboards-${uid}.json`]).panels).toHaveLength(
        panels.length,
      );
    }
  });
});
