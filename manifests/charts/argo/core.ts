import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { labelsOf, waveAnnotation } from '../../constructs/labels.ts';
import { egressTo, ingressFrom, podsOf, theWorld } from '../../constructs/network.ts';
import { addProgram } from '../../constructs/program.ts';
import { waves } from '../../constructs/waves.ts';
import { images } from '../../images.ts';
import { argoNamespace } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { addController } from './controller.ts';
import { argoNames, argoPorts } from './core-names.ts';

/**
 * Argo CD without its server: no pages, no accounts, no notifications. It is made before it can make
 * anything, so whoever starts the cluster applies it.
 */
export class ArgoCoreChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'core');
    this.addOwnSettings();
    addController(this, plan);
    this.addRepoServer(plan);
    this.addRedis(plan);
  }

  /** They have to be there; `argocd-cm` comes with the applications, and is synced. */
  private addOwnSettings(): void {
    const metadata = (name: string) => ({
      name,
      namespace: argoNamespace,
      labels: {
        ...labelsOf({ name, part: 'argocd' }),
        'app.kubernetes.io/part-of': 'argocd',
      },
      annotations: waveAnnotation(waves.config),
    });
    for (const name of ['argocd-rbac-cm', 'argocd-ssh-known-hosts-cm', 'argocd-tls-certs-cm']) {
      new k8s.KubeConfigMap(this, name, { metadata: metadata(name) });
    }
    // Empty: a server would keep accounts in it, and there is none.
    new k8s.KubeSecret(this, 'argocd-secret', { metadata: metadata('argocd-secret') });
  }

  /** Reads git and says what it means; it never speaks to the cluster. */
  private addRepoServer(plan: Plan): void {
    const { controller, repoServer, redis } = argoNames;
    const healthy = { path: '/healthz', port: k8s.IntOrString.fromString('metrics') };
    addProgram(this, plan, {
      name: repoServer,
      part: 'argocd',
      kind: 'Deployment',
      replacedInPlace: true,
      image: images.argocd,
      user: 999,
      command: ['/usr/local/bin/argocd-repo-server'],
      args: [`--redis=${redis}:${argoPorts.redis}`, '--parallelismlimit=2', '--loglevel=warn'],
      env: [
        { name: 'ARGOCD_GPG_ENABLED', value: 'false' },
        { name: 'HELM_CACHE_HOME', value: '/tmp/helm' },
        { name: 'HELM_CONFIG_HOME', value: '/tmp/helm' },
        { name: 'HELM_DATA_HOME', value: '/tmp/helm' },
        { name: 'GOMEMLIMIT', value: '340MiB' },
      ],
      resources: {
        cpuRequestMilli: 20,
        cpuLimitMilli: 500,
        memoryRequestMiB: 128,
        memoryLimitMiB: 384,
      },
      priority: 'console',
      ports: { server: argoPorts.repoServer, metrics: argoPorts.repoServerMetrics },
      scratch: [
        { path: '/tmp', sizeMiB: 512 },
        { path: '/home/argocd', sizeMiB: 16 },
      ],
      probes: {
        readinessProbe: { httpGet: healthy, periodSeconds: 10, timeoutSeconds: 5 },
        livenessProbe: { httpGet: healthy, periodSeconds: 30, timeoutSeconds: 5 },
      },
      graceSeconds: 30,
      ingress: [ingressFrom([podsOf(argoNamespace, controller)], argoPorts.repoServer)],
      egress: [
        egressTo([podsOf(argoNamespace, redis)], argoPorts.redis),
        egressTo([theWorld()], 443),
      ],
    });
  }

  /** What was read and compared before. Losing it costs a comparison. */
  private addRedis(plan: Plan): void {
    const { controller, repoServer, redis } = argoNames;
    const port = k8s.IntOrString.fromString('redis');
    addProgram(this, plan, {
      name: redis,
      part: 'argocd',
      kind: 'Deployment',
      replacedInPlace: true,
      image: images.valkey,
      user: 999,
      command: ['valkey-server'],
      args: [
        '--save',
        '',
        '--appendonly',
        'no',
        '--maxmemory',
        '32mb',
        '--maxmemory-policy',
        'allkeys-lru',
        // Behind a policy that lets in two programs, and with nothing secret in it.
        '--protected-mode',
        'no',
      ],
      resources: {
        cpuRequestMilli: 10,
        cpuLimitMilli: 200,
        memoryRequestMiB: 16,
        memoryLimitMiB: 64,
      },
      priority: 'console',
      ports: { redis: argoPorts.redis },
      probes: { readinessProbe: { tcpSocket: { port }, periodSeconds: 10 } },
      graceSeconds: 10,
      ingress: [
        ingressFrom(
          [podsOf(argoNamespace, controller), podsOf(argoNamespace, repoServer)],
          argoPorts.redis,
        ),
      ],
      egress: [],
    });
  }
}
