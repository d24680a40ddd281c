import type { ServiceSpec } from '@mkt/topology';
import { type NamespacePart, otlpHttpPort, secretNames, servicePort } from './names.ts';
import type { Plan } from './plan.ts';

/** A setting whose value is in a Secret that people seal; `optional` may be missing there. */
export interface SecretSetting {
  readonly setting: string;
  readonly secret: string;
  readonly key: string;
  readonly optional: boolean;
}

/** How long a process that stops may finish what is under way. */
export const drainSeconds = 20;
/** Before it stops, so that whoever routes to it has heard that it will. */
export const preStopSeconds = 5;

/** Share of a container's memory that the collector may fill; code and buffers need the rest. */
const heapShare = 0.6;
const newSpaceMiB = 2;
/** Looks for due work on a database of our own, which never sleeps. */
const ownDatabaseSweepSeconds = 60;

/** Settings of a service that anybody may read: `mkt config explain` says what each means. */
export function settingsOf(service: ServiceSpec, plan: Plan): Record<string, string> {
  const { environment } = plan;
  const isAsleep = environment.databases[service.context] === 'neon';
  return {
    HOST: '0.0.0.0',
    PORT: String(servicePort),
    LOG_LEVEL: 'info',
    DRAIN_SECONDS: String(drainSeconds),
    PEER_URLS: peerUrlsOf(service, plan),
    REDIS_METERED: String(environment.redis === 'upstash'),
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl(plan),
    NODE_OPTIONS: heapCap(service.resources.memoryLimitMiB),
    ...(service.name === 'gateway'
      ? { ALLOWED_ORIGINS: `https://${environment.host}` }
      : {
          MIGRATE: 'true',
          FILES_DIR: '/data/files',
          USAGE_SECONDS: String(environment.usageReportSeconds),
          SWEEP_SECONDS: String(isAsleep ? environment.sweepSeconds : ownDatabaseSweepSeconds),
        }),
    ...(service.name === 'notification' ? { MAIL_DOMAIN: environment.host } : {}),
  };
}

export function secretSettingsOf(service: ServiceSpec): readonly SecretSetting[] {
  const needed = [
    'PEER_SECRET',
    'REDIS_URL',
    ...(service.name === 'gateway' ? [] : ['DATABASE_URL', 'DATABASE_ROLE_SECRET', 'SECRET_KEY']),
    ...(service.stores.includes('documents') ? ['MONGODB_URL'] : []),
  ];
  const optional = [
    ...(service.outside.includes('mail') ? ['SMTP_URL', 'MAIL_FROM'] : []),
    ...(service.name === 'user' ? ['OPERATOR_EMAIL', 'OPERATOR_PASSWORD'] : []),
  ];
  const named = (isOptional: boolean) => (setting: string) => ({
    setting,
    secret: secretNames.services,
    key: setting,
    optional: isOptional,
  });
  return [...needed.map(named(false)), ...optional.map(named(true))];
}

/** Only those that the topology lets it call: to anybody else the network has no way. */
function peerUrlsOf({ name }: ServiceSpec, plan: Plan): string {
  return urlsOf(
    plan.edges.filter(({ from }) => from === name).map(({ to }) => to),
    plan,
  );
}

export function urlsOf(names: readonly string[], plan: Plan): string {
  return [...new Set(names)]
    .sort()
    .map((callee) => `${callee}=${serviceUrl(callee, plan.contextOf(callee), plan, servicePort)}`)
    .join(',');
}

export const collectorUrl = (plan: Plan): string =>
  serviceUrl('otel-collector', 'monitoring', plan, otlpHttpPort);

function serviceUrl(name: string, part: NamespacePart, plan: Plan, port: number): string {
  return `http://${name}.${plan.namespaceOf(part)}:${port}`;
}

export function heapCap(memoryLimitMiB: number): string {
  const oldSpaceMiB = Math.floor(memoryLimitMiB * heapShare);
  return `--max-semi-space-size=${newSpaceMiB} --max-old-space-size=${oldSpaceMiB}`;
}
