import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../config.ts';
import { telemetrySettings } from './telemetry.ts';

test('settings of the exporter are OpenTelemetry’s own', () => {
  const read = readConfig(telemetrySettings, {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc=,x-tenant=mkt',
  });
  expect(read.OTEL_EXPORTER_OTLP_HEADERS).toEqual({
    authorization: 'Basic abc=',
    'x-tenant': 'mkt',
  });
  expect(readConfig(telemetrySettings, {})).toEqual({});
});

test('settings of the exporter that cannot be read are refused with what they should be', () => {
  const read = () =>
    readConfig(telemetrySettings, {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector',
      OTEL_EXPORTER_OTLP_HEADERS: 'no pairs',
    });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/ENDPOINT(.|\n)*HEADERS: Write name=value/);
});
