import { createHash } from 'node:crypto';
import type { Resources } from '@mkt/topology';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { imageRef, type ThirdPartyImage } from '../images.ts';
import type { PlatformPart } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import { labelsOf, metadataIn, selectorOf } from './labels.ts';
import { type Priority, podDefaults, resourcesOf } from './pod.ts';
import { memory } from './quantity.ts';
import { containerSecurity } from './security.ts';
import { volumeClaimSpec } from './volume.ts';
import { waves } from './waves.ts';

/** A program of the platform, and everything it needs. */
export interface Program {
  readonly name: string;
  readonly part: PlatformPart;
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly image: ThirdPartyImage;
  readonly args: readonly string[];
  readonly command?: readonly string[];
  /** The user that the image is made for: its files may be readable to it alone. */
  readonly user: number;
  readonly replicas?: number;
  readonly resources: Resources;
  readonly priority: Priority;
  readonly ports: Readonly<Record<string, number>>;
  /** Without an address of its own, for whoever wants every pod and not any. */
  readonly headless?: boolean;
  readonly env?: readonly k8s.EnvVar[];
  /** Files by their path in the container, from one ConfigMap. */
  readonly files?: Readonly<Record<string, string>>;
  /** A volume that survives the pod: only one pod has it at a time. */
  readonly data?: { readonly path: string; readonly sizeGiB: number };
  /** Folders that may be written and are forgotten, with their bound. */
  readonly scratch?: readonly { readonly path: string; readonly sizeMiB: number }[];
  readonly probes: Pick<k8s.Container, 'startupProbe' | 'livenessProbe' | 'readinessProbe'>;
  readonly graceSeconds: number;
  /** A short gap is better than two of it at once. */
  readonly replacedInPlace?: boolean;
  /** It asks the API server, by the account's rights. */
  readonly asksApiServer?: boolean;
  readonly ingress: readonly k8s.NetworkPolicyIngressRule[];
  readonly egress: readonly k8s.NetworkPolicyEgressRule[];
}

export function addProgram(scope: Construct, plan: Plan, program: Program): void {
  const { name, part } = program;
  const named = (wave: number, suffix = '') =>
    metadataIn(plan, { name: `${name}${suffix}`, part }, wave);
  new k8s.KubeNetworkPolicy(scope, `${name}-network`, {
    metadata: named(waves.policies),
    spec: {
      podSelector: { matchLabels: selectorOf(name) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [...program.ingress],
      egress: [...program.egress],
    },
  });
  new k8s.KubeServiceAccount(scope, `${name}-account`, {
    metadata: named(waves.config),
    automountServiceAccountToken: false,
  });
  if (program.files) {
    new k8s.KubeConfigMap(scope, `${name}-files`, {
      metadata: named(waves.config, '-files'),
      data: Object.fromEntries(filesOf(program).map(({ key, text }) => [key, text])),
    });
  }
  if (program.data) {
    const { annotations, ...metadata } = named(waves.programs, '-data');
    new k8s.KubePersistentVolumeClaim(scope, `${name}-data`, {
      metadata: { ...metadata, annotations: { ...annotations, ...neverPruned } },
      spec: volumeClaimSpec(program.data.sizeGiB),
    });
  }
  addWorkload(scope, plan, program);
  if (Object.keys(program.ports).length > 0) {
    new k8s.KubeService(scope, `${name}-service`, {
      metadata: named(waves.config),
      spec: {
        type: 'ClusterIP',
        ...(program.headless ? { clusterIp: 'None' } : {}),
        selector: selectorOf(name),
        ports: Object.entries(program.ports).map(([port, number]) => ({
          name: port,
          port: number,
          targetPort: k8s.IntOrString.fromString(port),
          protocol: 'TCP',
        })),
      },
    });
  }
}

/** Data is removed by people, not because a chart has gone. */
const neverPruned = { 'argocd.argoproj.io/sync-options': 'Prune=false' };

function addWorkload(scope: Construct, plan: Plan, program: Program): void {
  const { name, part, kind, replicas = 1 } = program;
  const metadata = metadataIn(plan, { name, part }, waves.programs);
  const common = { selector: { matchLabels: selectorOf(name) }, template: template(program) };
  if (kind === 'DaemonSet') {
    new k8s.KubeDaemonSet(scope, `${name}-pods`, { metadata, spec: common });
  } else if (kind === 'StatefulSet') {
    new k8s.KubeStatefulSet(scope, `${name}-pods`, {
      metadata,
      spec: { ...common, replicas, serviceName: name },
    });
  } else {
    new k8s.KubeDeployment(scope, `${name}-pods`, {
      metadata,
      spec: {
        ...common,
        replicas,
        revisionHistoryLimit: 3,
        strategy: program.replacedInPlace ? { type: 'Recreate' } : oneMore,
      },
    });
  }
}

const oneMore: k8s.DeploymentStrategy = {
  type: 'RollingUpdate',
  rollingUpdate: {
    maxSurge: k8s.IntOrString.fromNumber(1),
    maxUnavailable: k8s.IntOrString.fromNumber(0),
  },
};

function template(program: Program): k8s.PodTemplateSpec {
  const { name, part, files, data, scratch = [] } = program;
  const text = JSON.stringify(files ?? {});
  const version = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return {
    metadata: {
      labels: labelsOf({ name, part }),
      annotations: { 'mkt/config-version': version },
    },
    spec: {
      ...podDefaults({ name, priority: program.priority, user: program.user }),
      ...(program.asksApiServer ? { automountServiceAccountToken: true } : {}),
      terminationGracePeriodSeconds: program.graceSeconds,
      volumes: [
        ...(files ? [{ name: 'files', configMap: { name: `${name}-files` } }] : []),
        ...(data ? [{ name: 'data', persistentVolumeClaim: { claimName: `${name}-data` } }] : []),
        ...scratch.map(({ sizeMiB }, index) => ({
          name: `scratch-${index}`,
          emptyDir: { sizeLimit: memory(sizeMiB) },
        })),
      ],
      containers: [containerOf(program)],
    },
  };
}

function containerOf(program: Program): k8s.Container {
  const { name, data, scratch = [] } = program;
  return {
    name,
    image: imageRef(program.image),
    ...(program.command ? { command: [...program.command] } : {}),
    args: [...program.args],
    env: [...(program.env ?? [])],
    ports: Object.entries(program.ports).map(([port, containerPort]) => ({
      name: port,
      containerPort,
      protocol: 'TCP',
    })),
    resources: resourcesOf(program.resources),
    securityContext: containerSecurity(),
    ...program.probes,
    volumeMounts: [
      ...filesOf(program).map(({ path, key }) => ({
        name: 'files',
        mountPath: path,
        subPath: key,
        readOnly: true,
      })),
      ...(data ? [{ name: 'data', mountPath: data.path }] : []),
      ...scratch.map(({ path }, index) => ({ name: `scratch-${index}`, mountPath: path })),
    ],
  };
}

/** Keys of a ConfigMap may not have slashes: the path without its first, dashes for the others. */
function filesOf({ files = {} }: Program) {
  return Object.entries(files).map(([path, text]) => ({
    path,
    key: path.slice(1).replaceAll('/', '-'),
    text,
  }));
}

/** An environment variable from one key of a Secret. */
export function fromSecret(name: string, secret: string, key: string): k8s.EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
