import type { ServiceSpec } from '@mkt/topology';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { labelsOf, metadataIn, selectorOf } from '../../constructs/labels.ts';
import { httpProbe, podDefaults, resourcesOf } from '../../constructs/pod.ts';
import { containerSecurity } from '../../constructs/security.ts';
import { waves } from '../../constructs/waves.ts';
import { servicePort } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { drainSeconds, preStopSeconds, secretSettingsOf } from '../../plan/settings.ts';
import { configName, configVersion } from './config.ts';
import { filesVolume } from './files.ts';
import { autoscaleOf } from './scaling.ts';

/** Beyond the drain, for the process to close its stores. */
const closingSeconds = 5;

/** One service: the same image for all, and its name as argument. */
export function addDeployment(scope: Construct, service: ServiceSpec, plan: Plan): void {
  const owned = { name: service.name, part: service.context };
  const wave = waves.programs + plan.waveOfService(service.name);
  new k8s.KubeDeployment(scope, 'deployment', {
    metadata: metadataIn(plan, owned, wave),
    spec: {
      // Where replicas are scaled, the number belongs to the autoscaler and not to a commit.
      ...(autoscaleOf(service, plan) ? {} : { replicas: service.replicas }),
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 300,
      selector: { matchLabels: selectorOf(service.name) },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: {
          maxSurge: k8s.IntOrString.fromNumber(1),
          maxUnavailable: k8s.IntOrString.fromNumber(0),
        },
      },
      template: {
        metadata: {
          labels: labelsOf(owned),
          annotations: { 'mkt/config-version': configVersion(service, plan) },
        },
        spec: podOf(service, plan),
      },
    },
  });
}

function podOf(service: ServiceSpec, plan: Plan): k8s.PodSpec {
  const files = filesVolume(service);
  return {
    ...podDefaults({ name: service.name, priority: service.path }),
    terminationGracePeriodSeconds: preStopSeconds + drainSeconds + closingSeconds,
    volumes: files ? [files.volume] : [],
    containers: [
      {
        name: service.name,
        image: plan.environment.image,
        args: [service.name],
        ports: [{ name: 'http', containerPort: servicePort, protocol: 'TCP' }],
        envFrom: [{ configMapRef: { name: configName(service) } }],
        env: secretSettingsOf(service).map(({ setting, secret, key, optional }) => ({
          name: setting,
          valueFrom: { secretKeyRef: { name: secret, key, optional } },
        })),
        resources: resourcesOf(service.resources),
        securityContext: containerSecurity(),
        volumeMounts: files ? [files.mount] : [],
        ...probes(),
        lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } },
      },
    ],
  };
}

/** None of them asks a store, so that a database may sleep while they look. */
function probes() {
  return {
    // A first start migrates, and waits for a database that wakes.
    startupProbe: httpProbe('/healthz', { periodSeconds: 2, failureThreshold: 60 }),
    livenessProbe: httpProbe('/healthz', {
      periodSeconds: 10,
      timeoutSeconds: 3,
      failureThreshold: 6,
    }),
    readinessProbe: httpProbe('/readyz', {
      periodSeconds: 5,
      timeoutSeconds: 2,
      failureThreshold: 2,
    }),
  };
}
