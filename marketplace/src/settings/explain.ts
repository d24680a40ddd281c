import { type Environment, type ExplainedSetting, explainSettings } from '@mkt/service-kit';
import { serviceNames } from '@mkt/topology';
import { processEnvironment } from './config.ts';
import { settingsOf } from './schemas.ts';

/** Every setting of a service as this environment gives it: for `mkt config explain`. */
export function explainService(
  name: string,
  env: Environment = processEnvironment(),
): {
  readonly services: readonly string[];
  readonly settings: readonly ExplainedSetting[] | undefined;
} {
  const service = serviceNames.find((one) => one === name);
  return {
    services: serviceNames,
    settings: service ? explainSettings(settingsOf(service), env) : undefined,
  };
}
