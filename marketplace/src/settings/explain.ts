import { type Environment, type ExplainedSetting, explainSettings } from '@mkt/service-kit';
import { jobNames, serviceNames } from '@mkt/topology';
import { processEnvironment } from './config.ts';
import { jobSettingsOf } from './jobs.ts';
import { settingsOf } from './schemas.ts';

/** Every setting of a service or a job as this environment gives it: for `mkt config explain`. */
export function explainService(
  name: string,
  env: Environment = processEnvironment(),
): {
  readonly services: readonly string[];
  readonly settings: readonly ExplainedSetting[] | undefined;
} {
  const service = serviceNames.find((one) => one === name);
  const job = jobNames.find((one) => one === name);
  const schema = (service && settingsOf(service)) ?? (job && jobSettingsOf(job));
  return {
    services: [...serviceNames, ...jobNames],
    settings: schema && explainSettings(schema, env),
  };
}
