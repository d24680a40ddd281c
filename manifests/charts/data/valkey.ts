import { Chart } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { ingressFrom, podsOf } from '../../constructs/network.ts';
import { addProgram, fromSecret } from '../../constructs/program.ts';
import { images } from '../../images.ts';
import { secretNames, valkeyPort } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';

/** Above it keys without an end are refused, so that streams and carts are never thrown away. */
const maxMemoryMiB = 96;

/**
 * Bus, cache, limits and carts. Commands cost nothing here, which is why they are not at a metered
 * provider.
 */
export class ValkeyChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'valkey');
    const ping = {
      exec: { command: ['sh', '-c', 'valkey-cli -a "$VALKEY_PASSWORD" --no-auth-warning ping'] },
    };
    addProgram(this, plan, {
      name: 'valkey',
      part: 'data',
      kind: 'StatefulSet',
      image: images.valkey,
      user: 999,
      command: ['sh', '-c'],
      args: [valkeyCommand],
      env: [fromSecret('VALKEY_PASSWORD', secretNames.valkey, 'password')],
      resources: {
        cpuRequestMilli: 50,
        cpuLimitMilli: 500,
        memoryRequestMiB: 96,
        // Writing the log anew copies what changes meanwhile.
        memoryLimitMiB: 192,
      },
      priority: 'platform',
      ports: { valkey: valkeyPort },
      data: { path: '/data', sizeGiB: 2 },
      probes: {
        startupProbe: { ...ping, periodSeconds: 2, failureThreshold: 60 },
        livenessProbe: { ...ping, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 4 },
        readinessProbe: { ...ping, periodSeconds: 10, timeoutSeconds: 5 },
      },
      graceSeconds: 30,
      ingress: [
        ingressFrom(
          plan.services.map((service) => serviceOf(plan, service)),
          valkeyPort,
        ),
      ],
      egress: [],
    });
  }
}

const serviceOf = (
  plan: Plan,
  { name, context }: Plan['services'][number],
): k8s.NetworkPolicyPeer => podsOf(plan.namespaceOf(context), name);

const valkeyCommand = [
  'exec valkey-server',
  '--requirepass "$VALKEY_PASSWORD"',
  '--dir /data',
  '--appendonly yes',
  '--appendfsync everysec',
  '--save ""',
  '--auto-aof-rewrite-min-size 32mb',
  `--maxmemory ${maxMemoryMiB}mb`,
  '--maxmemory-policy volatile-lru',
  '--tcp-keepalive 60',
].join(' ');
