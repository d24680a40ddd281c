import { contexts } from '@mkt/topology';
import { App, type Chart } from 'cdk8s';
import { ClusterChart } from '../charts/cluster/chart.ts';
import { NamespaceChart } from '../charts/namespace.ts';
import { ServiceChart } from '../charts/service/chart.ts';
import { applicationWaves } from '../constructs/waves.ts';
import type { KubeObject } from '../objects.ts';
import { quotaFor } from '../plan/demand.ts';
import type { NamespacePart } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';

/** One application of Argo CD: a folder of charts, one file each. */
export interface Part {
  readonly name: string;
  /** Its order among the environment's applications. */
  readonly wave: number;
  /** The namespace that it may write to; none where all it has is the cluster's. */
  readonly namespace: string | undefined;
  readonly charts: readonly RenderedChart[];
}

export interface RenderedChart {
  readonly name: string;
  readonly objects: readonly KubeObject[];
}

/** Everything that an environment's cluster is told, in the order of its waves. */
export function partsOf(plan: Plan): readonly Part[] {
  return [clusterPart(), ...contexts.map((context) => contextPart(plan, context))].sort(
    (a, b) => a.wave - b.wave || (a.name < b.name ? -1 : 1),
  );
}

function clusterPart(): Part {
  const app = new App();
  new ClusterChart(app);
  return {
    name: 'cluster',
    wave: applicationWaves.cluster,
    namespace: undefined,
    charts: chartsOf(app),
  };
}

function contextPart(plan: Plan, context: (typeof contexts)[number]): Part {
  const app = new App();
  for (const service of plan.services.filter((one) => one.context === context)) {
    new ServiceChart(app, service, plan);
  }
  const wave = applicationWaves.contexts + plan.waveOfContext(context);
  return partInNamespace(plan, context, app, wave);
}

/** The charts of a part, and the namespace that holds exactly them. */
function partInNamespace(plan: Plan, part: NamespacePart, app: App, wave: number): Part {
  const programs = chartsOf(app);
  const clusterNodes = plan.profile.nodes.filter(({ role }) => role !== 'witness').length;
  const quota = quotaFor(
    programs.flatMap(({ objects }) => objects),
    clusterNodes,
  );
  const around = new App();
  new NamespaceChart(around, plan, part, quota);
  return {
    name: part,
    wave,
    namespace: plan.namespaceOf(part),
    charts: [...chartsOf(around), ...programs],
  };
}

function chartsOf(app: App): readonly RenderedChart[] {
  return app.charts.map((chart: Chart) => ({
    name: chart.node.id,
    objects: chart.toJson() as KubeObject[],
  }));
}
