import type { JobSpec } from '@mkt/topology';
import { secretNames } from './names.ts';
import type { Plan } from './plan.ts';
import { collectorUrl, heapCap, type SecretSetting, urlsOf } from './settings.ts';

/** Before its deadline, for what is under way to end. */
const endingSeconds = 600;

/** Settings of a job that anybody may read: `mkt config explain` says what each means. */
export function jobSettingsOf(job: JobSpec, plan: Plan): Record<string, string> {
  return {
    LOG_LEVEL: 'info',
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl(plan),
    NODE_OPTIONS: heapCap(job.resources.memoryLimitMiB),
    ...(job.worksFor
      ? { FILES_DIR: '/data/files', JOB_SECONDS: String(job.deadlineSeconds - endingSeconds) }
      : {}),
    ...(job.asks.length > 0 ? { PEER_URLS: urlsOf(job.asks, plan) } : {}),
  };
}

/** Whoever asks a service proves who asks; whoever works for one has its database. */
export function jobSecretsOf({ asks, worksFor }: JobSpec): readonly SecretSetting[] {
  const needed = [
    ...(asks.length > 0 ? ['PEER_SECRET'] : []),
    ...(worksFor ? ['DATABASE_URL', 'DATABASE_ROLE_SECRET'] : []),
  ];
  return needed.map((setting) => ({
    setting,
    secret: secretNames.services,
    key: setting,
    optional: false,
  }));
}
