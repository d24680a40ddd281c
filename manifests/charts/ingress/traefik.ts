import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { metadataIn, selectorOf } from '../../constructs/labels.ts';
import { egressTo, ingressFrom, podsOf, theWorld, toApiServer } from '../../constructs/network.ts';
import { httpProbe } from '../../constructs/pod.ts';
import { addProgram } from '../../constructs/program.ts';
import { waves } from '../../constructs/waves.ts';
import { images } from '../../images.ts';
import { servicePort } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { nodePorts, traefikPorts } from './names.ts';
import { addRights } from './traefik-rights.ts';

/** Takes requests from the tunnel or the load balancer to the gateway service. */
export class TraefikChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'traefik');
    const isOpen = plan.profile.ingress === 'network-load-balancer';
    const ingress = plan.namespaceOf('ingress');
    const prometheus = podsOf(plan.namespaceOf('monitoring'), 'prometheus');
    addRights(this, plan);
    addProgram(this, plan, {
      name: 'traefik',
      part: 'ingress',
      kind: 'Deployment',
      image: images.traefik,
      user: 65_532,
      args: argumentsFor(plan),
      resources: {
        cpuRequestMilli: 50,
        cpuLimitMilli: 500,
        memoryRequestMiB: 64,
        memoryLimitMiB: 128,
      },
      priority: 'platform',
      ports: isOpen ? traefikPorts : { web: traefikPorts.web, metrics: traefikPorts.metrics },
      env: [{ name: 'GOMEMLIMIT', value: '112MiB' }],
      scratch: [{ path: '/tmp', sizeMiB: 8 }],
      probes: {
        livenessProbe: probe('/ping', 15),
        readinessProbe: probe('/ping', 5),
        startupProbe: { ...probe('/ping', 2), failureThreshold: 30 },
      },
      graceSeconds: 40,
      asksApiServer: true,
      ingress: [
        isOpen
          ? ingressFrom([theWorld()], traefikPorts.web, traefikPorts.websecure)
          : ingressFrom([podsOf(ingress, 'cloudflared')], traefikPorts.web),
        ingressFrom([prometheus], traefikPorts.metrics),
      ],
      egress: [
        egressTo([podsOf(plan.namespaceOf('infrastructure'), 'gateway')], servicePort),
        toApiServer,
      ],
    });
    if (isOpen) addNodePorts(this, plan);
  }
}

const probe = (path: string, periodSeconds: number): k8s.Probe => ({
  ...httpProbe(path, { periodSeconds, timeoutSeconds: 3 }),
  httpGet: { path, port: k8s.IntOrString.fromString('metrics') },
});

function argumentsFor(plan: Plan): string[] {
  const watched = [plan.namespaceOf('ingress'), plan.namespaceOf('infrastructure')];
  return [
    '--global.checknewversion=false',
    '--global.sendanonymoususage=false',
    '--providers.kubernetesgateway=true',
    `--providers.kubernetesgateway.namespaces=${watched.join(',')}`,
    `--entrypoints.web.address=:${traefikPorts.web}`,
    `--entrypoints.websecure.address=:${traefikPorts.websecure}`,
    `--entrypoints.metrics.address=:${traefikPorts.metrics}`,
    '--entrypoints.web.transport.lifecycle.requestacceptgracetimeout=5s',
    '--entrypoints.web.transport.lifecycle.gracetimeout=25s',
    '--ping=true',
    '--ping.entrypoint=metrics',
    '--metrics.prometheus=true',
    '--metrics.prometheus.entrypoint=metrics',
    '--metrics.prometheus.addrouterslabels=false',
    '--log.level=INFO',
    '--log.format=json',
  ];
}

/** Passed through by the load balancer, with the client's address kept. */
function addNodePorts(scope: Construct, plan: Plan): void {
  new k8s.KubeService(scope, 'node-ports', {
    metadata: metadataIn(plan, { name: 'traefik-node', part: 'ingress' }, waves.config),
    spec: {
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      selector: selectorOf('traefik'),
      ports: Object.entries(nodePorts).map(([name, nodePort]) => ({
        name,
        port: traefikPorts[name as keyof typeof nodePorts],
        targetPort: k8s.IntOrString.fromString(name),
        nodePort,
        protocol: 'TCP',
      })),
    },
  });
}
