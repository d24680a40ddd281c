import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { egressTo, ingressFrom, podsOf } from '../../constructs/network.ts';
import { httpProbe } from '../../constructs/pod.ts';
import { addProgram, fromSecret } from '../../constructs/program.ts';
import { images } from '../../images.ts';
import { dashboards } from '../../monitoring/dashboards/index.ts';
import { dashboardJson } from '../../monitoring/dashboards/panel.ts';
import { secretNames } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { yamlOf } from '../../render/yaml.ts';
import { goMemoryLimit, monitoringResources } from './limits.ts';
import { monitoringPorts } from './ports.ts';

const provisioning = '/etc/grafana/provisioning';
const dashboardsDir = '/etc/mkt/dashboards';

/** Pictures of it all. It keeps nothing of its own: what it shows is in git. */
export class GrafanaChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'grafana');
    const monitoring = plan.namespaceOf('monitoring');
    const healthy = httpProbe('/api/health', { periodSeconds: 30, timeoutSeconds: 10 });
    addProgram(this, plan, {
      name: 'grafana',
      part: 'monitoring',
      kind: 'Deployment',
      image: images.grafana,
      user: 472,
      args: [],
      env: [
        ...Object.entries(settings).map(([name, value]) => ({ name: `GF_${name}`, value })),
        { name: 'GOMEMLIMIT', value: goMemoryLimit(monitoringResources.grafana) },
        fromSecret('GF_SECURITY_ADMIN_PASSWORD', secretNames.grafana, 'password'),
      ],
      files: grafanaFiles(plan),
      resources: monitoringResources.grafana,
      priority: 'console',
      ports: { http: monitoringPorts.grafana },
      scratch: [
        { path: '/var/lib/grafana', sizeMiB: 128 },
        { path: '/tmp', sizeMiB: 16 },
      ],
      probes: {
        // Its own tables are made at every start, with a tenth of a processor.
        startupProbe: { ...healthy, periodSeconds: 10, failureThreshold: 60 },
        livenessProbe: healthy,
        readinessProbe: healthy,
      },
      graceSeconds: 15,
      replacedInPlace: true,
      ingress: [ingressFrom([podsOf(monitoring, 'prometheus')], monitoringPorts.grafana)],
      egress: [
        egressTo([podsOf(monitoring, 'prometheus')], monitoringPorts.prometheus),
        egressTo([podsOf(monitoring, 'loki')], monitoringPorts.loki),
        egressTo([podsOf(monitoring, 'tempo')], monitoringPorts.tempo),
      ],
    });
  }
}

const settings: Readonly<Record<string, string>> = {
  ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  ANALYTICS_CHECK_FOR_UPDATES: 'false',
  ANALYTICS_REPORTING_ENABLED: 'false',
  AUTH_ANONYMOUS_ENABLED: 'false',
  EXPLORE_ENABLED: 'true',
  LOG_LEVEL: 'warn',
  LOG_MODE: 'console',
  METRICS_ENABLED: 'true',
  NEWS_NEWS_FEED_ENABLED: 'false',
  PLUGINS_PREINSTALL_DISABLED: 'true',
  SECURITY_DISABLE_GRAVATAR: 'true',
  UNIFIED_ALERTING_ENABLED: 'false',
  USERS_ALLOW_SIGN_UP: 'false',
};

function grafanaFiles(plan: Plan): Record<string, string> {
  const provider = { name: 'mkt', type: 'file', options: { path: dashboardsDir } };
  return {
    [`${provisioning}/datasources/stores.yaml`]: yamlOf({
      apiVersion: 1,
      datasources: datasources(plan),
    }),
    [`${provisioning}/dashboards/folder.yaml`]: yamlOf({
      apiVersion: 1,
      providers: [{ ...provider, allowUiUpdates: false, disableDeletion: true }],
    }),
    ...Object.fromEntries(
      dashboards.map((one) => [`${dashboardsDir}/${one.uid}.json`, dashboardJson(one)]),
    ),
  };
}

function datasources(plan: Plan): readonly object[] {
  const monitoring = plan.namespaceOf('monitoring');
  const source = (type: 'prometheus' | 'loki' | 'tempo', isDefault = false) => ({
    uid: type,
    name: type,
    type,
    access: 'proxy',
    url: `http://${type}.${monitoring}:${monitoringPorts[type]}`,
    isDefault,
    editable: false,
  });
  return [source('prometheus', true), source('loki'), source('tempo')];
}
