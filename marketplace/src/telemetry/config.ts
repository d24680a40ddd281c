import { readConfig, telemetrySettings } from '@mkt/service-kit';

/** Where this process sends its traces, as the environment says. */
export const telemetryOfProcess = () => readConfig(telemetrySettings, process.env);
