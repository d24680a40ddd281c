import { contexts } from '@mkt/topology';
import { App, type Chart } from 'cdk8s';
import { type ApplicationPart, ApplicationsChart, RootChart } from '../charts/argo/charts.ts';
import { ArgoCoreChart } from '../charts/argo/core.ts';
import { ProjectChart } from '../charts/argo/projects.ts';
import { ArgoSettingsChart } from '../charts/argo/settings.ts';
import { AdmissionChart } from '../charts/cluster/admission.ts';
import { ClusterChart } from '../charts/cluster/chart.ts';
import { DefinitionsChart } from '../charts/cluster/definitions.ts';
import { contextsInside, PostgresChart } from '../charts/data/postgres.ts';
import { ValkeyChart } from '../charts/data/valkey.ts';
import { CertificatesChart } from '../charts/ingress/certificates.ts';
import { RoutesChart } from '../charts/ingress/routes.ts';
import { TraefikChart } from '../charts/ingress/traefik.ts';
import { TunnelChart } from '../charts/ingress/tunnel.ts';
import { JobChart } from '../charts/jobs/chart.ts';
import { CollectorChart } from '../charts/monitoring/collector.ts';
import { GrafanaChart } from '../charts/monitoring/grafana.ts';
import { KubeStateChart } from '../charts/monitoring/kube-state.ts';
import { LokiChart } from '../charts/monitoring/loki.ts';
import { NodeExporterChart } from '../charts/monitoring/node-exporter.ts';
import { PrometheusChart } from '../charts/monitoring/prometheus.ts';
import { TempoChart } from '../charts/monitoring/tempo.ts';
import { NamespaceChart } from '../charts/namespace.ts';
import { ServiceChart } from '../charts/service/chart.ts';
import { applicationWaves } from '../constructs/waves.ts';
import type { KubeObject } from '../objects.ts';
import { quotaFor } from '../plan/demand.ts';
import type { NamespacePart } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import { argoKinds, gatewayKinds } from '../schemas/custom-kinds.ts';

/** One application of Argo CD: a folder of charts, one file each. */
export interface Part {
  readonly name: string;
  /** Its order among the environment's applications. */
  readonly wave: number;
  /** The namespace that it may write to; none where all it has is the cluster's. */
  readonly namespace: string | undefined;
  /** Whose rules its application is under; none for the list of applications itself. */
  readonly project?: ApplicationPart['project'];
  readonly charts: readonly RenderedChart[];
}

export interface RenderedChart {
  readonly name: string;
  readonly objects: readonly KubeObject[];
}

/** Everything that an environment's cluster is told, in the order of its waves. */
export function partsOf(plan: Plan): readonly Part[] {
  const parts = [
    definitionsPart(),
    clusterPart(),
    admissionPart(),
    dataPart(plan),
    ...contexts.map((context) => contextPart(plan, context)),
    monitoringPart(plan),
    ingressPart(plan),
  ];
  const inOrder = parts.sort((a, b) => a.wave - b.wave || (a.name < b.name ? -1 : 1));
  return [bootstrapPart(plan), rootPart(plan), applicationsPart(plan, inOrder), ...inOrder];
}

/** Argo CD itself, applied once by whoever starts the cluster. */
function bootstrapPart(plan: Plan): Part {
  const app = new App();
  new DefinitionsChart(app, 'definitions', argoKinds);
  new ArgoCoreChart(app, plan);
  const part = partInNamespace(plan, 'argocd', app, applicationWaves.bootstrap);
  return { ...part, name: 'bootstrap' };
}

/** The one application that people apply; Argo CD takes over from there. */
function rootPart(plan: Plan): Part {
  const app = new App();
  new ProjectChart(app, plan, ['root']);
  new RootChart(app, plan);
  return { name: 'root', wave: applicationWaves.root, namespace: undefined, charts: chartsOf(app) };
}

function applicationsPart(plan: Plan, parts: readonly Part[]): Part {
  const app = new App();
  new ArgoSettingsChart(app);
  new ProjectChart(app, plan, ['platform', 'services']);
  new ApplicationsChart(
    app,
    plan,
    parts.map(({ name, wave, namespace, project = 'platform' }) => ({
      name,
      wave,
      namespace,
      project,
    })),
  );
  const wave = applicationWaves.applications;
  return { name: 'argocd', wave, namespace: undefined, charts: chartsOf(app) };
}

function definitionsPart(): Part {
  const app = new App();
  new DefinitionsChart(app, 'gateway-api', gatewayKinds);
  const wave = applicationWaves.definitions;
  return { name: 'definitions', wave, namespace: undefined, charts: chartsOf(app) };
}

function clusterPart(): Part {
  const app = new App();
  new ClusterChart(app);
  const wave = applicationWaves.cluster;
  return { name: 'cluster', wave, namespace: undefined, charts: chartsOf(app) };
}

function admissionPart(): Part {
  const app = new App();
  new AdmissionChart(app);
  const wave = applicationWaves.admission;
  return { name: 'admission', wave, namespace: undefined, charts: chartsOf(app) };
}

function contextPart(plan: Plan, context: (typeof contexts)[number]): Part {
  const app = new App();
  for (const service of plan.services.filter((one) => one.context === context)) {
    new ServiceChart(app, service, plan);
  }
  for (const job of plan.jobs.filter(({ place }) => place === context)) {
    new JobChart(app, job, plan);
  }
  const wave = applicationWaves.contexts + plan.waveOfContext(context);
  return { ...partInNamespace(plan, context, app, wave), project: 'services' };
}

function dataPart(plan: Plan): Part {
  const app = new App();
  if (plan.environment.redis === 'valkey') new ValkeyChart(app, plan);
  if (contextsInside(plan).length > 0) new PostgresChart(app, plan);
  return partInNamespace(plan, 'data', app, applicationWaves.data);
}

function monitoringPart(plan: Plan): Part {
  const app = new App();
  new PrometheusChart(app, plan);
  new NodeExporterChart(app, plan);
  new KubeStateChart(app, plan);
  new LokiChart(app, plan);
  new TempoChart(app, plan);
  new CollectorChart(app, plan);
  new GrafanaChart(app, plan);
  return partInNamespace(plan, 'monitoring', app, applicationWaves.monitoring);
}

function ingressPart(plan: Plan): Part {
  const app = new App();
  const isOpen = plan.profile.ingress === 'network-load-balancer';
  new TraefikChart(app, plan);
  new RoutesChart(app, plan);
  if (isOpen) new CertificatesChart(app, plan);
  else new TunnelChart(app, plan);
  return partInNamespace(plan, 'ingress', app, applicationWaves.ingress);
}

/** The charts of a part, and the namespace that holds exactly them. */
function partInNamespace(plan: Plan, part: NamespacePart, app: App, wave: number): Part {
  const programs = chartsOf(app);
  const quota = quotaFor(
    programs.flatMap(({ objects }) => objects),
    plan.nodes,
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

export function chartsOf(app: App): readonly RenderedChart[] {
  return app.charts.map((chart: Chart) => ({
    name: chart.node.id,
    objects: chart.toJson().map((object) => withoutEmptyLists(object) as KubeObject),
  }));
}

/** The API server forgets a list without items, and Argo CD would look for it for ever. */
function withoutEmptyLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyLists);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => !isEmptyList(one));
  return Object.fromEntries(entries.map(([name, one]) => [name, withoutEmptyLists(one)]));
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
