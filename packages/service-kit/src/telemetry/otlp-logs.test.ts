import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTelemetry } from './telemetry.ts';

describe('log lines that are exported', () => {
  let server: Server;
  let endpoint: string;
  let received: { path: string; body: string }[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push({ path: request.url ?? '', body });
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    received = [];
  });

  const telemetry = (url?: string) =>
    createTelemetry({
      level: 'silent',
      version: '1',
      owner: 'order',
      stream: new PassThrough(),
      ...(url ? { settings: { OTEL_EXPORTER_OTLP_ENDPOINT: url } } : {}),
    });

  test('are those of the process, with allowed fields alone, by service', async () => {
    const { log, traces } = telemetry(endpoint);
    log.info({ code: 'SOLD_OUT', email: 'ann@example.test' }, 'refused');
    log.child({ service: 'payment' }).error({ err: new Error('gone'), count: 2 }, 'not captured');
    await traces.stop();
    const bodies = received.filter(({ path }) => path === '/v1/logs');
    expect(bodies).toHaveLength(1);
    const { resourceLogs } = JSON.parse(bodies[0]?.body ?? '');
    const records = resourceLogs.map(
      (one: { scopeLogs: { logRecords: object[] }[] }) => one.scopeLogs[0]?.logRecords[0],
    );
    expect(records[0]).toMatchObject({
      severityNumber: 9,
      severityText: 'info',
      body: { stringValue: 'refused' },
      attributes: [{ key: 'code', value: { stringValue: 'SOLD_OUT' } }],
    });
    expect(records[1]).toMatchObject({ severityNumber: 17, body: { stringValue: 'not captured' } });
    expect(JSON.stringify(resourceLogs)).toContain('"stringValue":"payment"');
    expect(JSON.stringify(received)).not.toContain('ann@example.test');
  });

  test('stay in the process where no collector is named', async () => {
    const { log, logs, traces } = telemetry();
    log.info('kept');
    await traces.stop();
    expect(received).toEqual([]);
    const wanted = { after: undefined, level: 'info', trace: undefined, limit: 10 } as const;
    expect(logs.read({ ...wanted, service: 'order' }).lines).toHaveLength(1);
  });
});
