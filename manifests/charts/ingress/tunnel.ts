import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { addDisruptionBudget } from '../../constructs/disruption.ts';
import { egressTo, ingressFrom, podsOf, theWorld } from '../../constructs/network.ts';
import { addProgram, fromSecret } from '../../constructs/program.ts';
import { images } from '../../images.ts';
import { secretNames } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { traefikPorts } from './names.ts';

const metricsPort = 2_000;
const edgePort = 7_844;
const replicas = 2;

/** The way in without a public port: two connections out, so that one may be replaced. */
export class TunnelChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'tunnel');
    const ready = {
      httpGet: { path: '/ready', port: k8s.IntOrString.fromString('metrics') },
      timeoutSeconds: 3,
    };
    addProgram(this, plan, {
      name: 'cloudflared',
      part: 'ingress',
      kind: 'Deployment',
      image: images.cloudflared,
      user: 65_532,
      replicas,
      args: [
        'tunnel',
        '--no-autoupdate',
        // TCP alone: the other way needs receive buffers that only the node's owner can widen.
        '--protocol=http2',
        '--grace-period=25s',
        `--metrics=0.0.0.0:${metricsPort}`,
        'run',
      ],
      env: [fromSecret('TUNNEL_TOKEN', secretNames.tunnel, 'token')],
      resources: {
        cpuRequestMilli: 20,
        cpuLimitMilli: 300,
        memoryRequestMiB: 32,
        memoryLimitMiB: 64,
      },
      priority: 'platform',
      ports: { metrics: metricsPort },
      probes: {
        readinessProbe: { ...ready, periodSeconds: 10 },
        livenessProbe: { ...ready, periodSeconds: 20, failureThreshold: 6 },
      },
      graceSeconds: 30,
      ingress: [ingressFrom([podsOf(plan.namespaceOf('monitoring'), 'prometheus')], metricsPort)],
      egress: [
        egressTo([podsOf(plan.namespaceOf('ingress'), 'traefik')], traefikPorts.web),
        egressTo([theWorld()], edgePort, 443),
      ],
    });
    addDisruptionBudget(this, plan, { name: 'cloudflared', part: 'ingress', replicas });
  }
}
