import type { OutsideNeed, ServiceSpec } from '@mkt/topology';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { metadataIn, selectorOf } from '../../constructs/labels.ts';
import { egressTo, ingressFrom, podsOf, theWorld } from '../../constructs/network.ts';
import { waves } from '../../constructs/waves.ts';
import {
  mongoPort,
  otlpHttpPort,
  postgresPort,
  servicePort,
  valkeyPort,
} from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';

const portsOutside: Readonly<Record<OutsideNeed, readonly number[]>> = {
  mail: [465, 587],
  web: [443],
};

/** Who may reach a service and what it may reach: the topology's edges, its stores, and no more. */
export function addNetworkPolicy(scope: Construct, service: ServiceSpec, plan: Plan): void {
  new k8s.KubeNetworkPolicy(scope, 'network', {
    metadata: metadataIn(plan, { name: service.name, part: service.context }, waves.policies),
    spec: {
      podSelector: { matchLabels: selectorOf(service.name) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [ingressFrom(callersOf(service, plan), servicePort)],
      egress: egressOf(service, plan),
    },
  });
}

function callersOf(service: ServiceSpec, plan: Plan): k8s.NetworkPolicyPeer[] {
  const callers = plan.edges.filter(({ to }) => to === service.name).map(({ from }) => from);
  return [
    ...peersOf(callers, plan),
    ...jobsAsking(service, plan),
    podsOf(plan.namespaceOf('monitoring'), 'prometheus'),
    ...(service.name === 'gateway' ? [podsOf(plan.namespaceOf('ingress'), 'traefik')] : []),
  ];
}

function jobsAsking({ name }: ServiceSpec, { jobs, namespaceOf }: Plan): k8s.NetworkPolicyPeer[] {
  return jobs
    .filter(({ asks }) => asks.some((one) => one === name))
    .map((job) => podsOf(namespaceOf(job.place), job.name));
}

function egressOf(service: ServiceSpec, plan: Plan): k8s.NetworkPolicyEgressRule[] {
  const callees = plan.edges.filter(({ from }) => from === service.name).map(({ to }) => to);
  const data = plan.namespaceOf('data');
  const isMetered = plan.environment.redis === 'upstash';
  return [
    ...(callees.length === 0 ? [] : [egressTo(peersOf(callees, plan), servicePort)]),
    egressTo([isMetered ? theWorld() : podsOf(data, 'valkey')], valkeyPort),
    egressTo([podsOf(plan.namespaceOf('monitoring'), 'otel-collector')], otlpHttpPort),
    ...(service.stores.includes('postgres') ? [databaseRule(service, plan)] : []),
    ...(service.stores.includes('documents') ? [egressTo([theWorld()], mongoPort)] : []),
    ...service.outside.map((need) => egressTo([theWorld()], ...portsOutside[need])),
  ];
}

export function databaseRule({ context }: ServiceSpec, plan: Plan): k8s.NetworkPolicyEgressRule {
  const isInside = plan.environment.databases[context] === 'cluster';
  const database = isInside ? podsOf(plan.namespaceOf('data'), 'postgres') : theWorld();
  return egressTo([database], postgresPort);
}

function peersOf(names: readonly string[], plan: Plan): k8s.NetworkPolicyPeer[] {
  return [...new Set(names)]
    .sort()
    .map((name) => podsOf(plan.namespaceOf(plan.contextOf(name)), name));
}
