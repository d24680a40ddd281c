import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOtlpExporter } from './otlp.ts';
import type { Span } from './span.ts';

const span: Span = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentId: null,
  service: 'order',
  kind: 'server',
  name: 'POST /v1/checkouts',
  startedAtMs: 1_795_000_000_123.25,
  durationMs: 10.5,
  error: 'HTTP_503',
  facts: { status: 503, waitMs: 0.5 },
};

describe('spans that are exported', () => {
  let server: Server;
  let endpoint: string;
  let received: { path: string; type: string; body: string }[] = [];
  let answer = 200;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const { url = '', headers } = request;
        received.push({ path: url, type: String(headers['content-type']), body });
        response.writeHead(answer).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    received = [];
    answer = 200;
  });

  test('arrive as OTLP in JSON, each below the service that it belongs to', async () => {
    const exporter = createOtlpExporter({ endpoint: `${endpoint}/`, version: '1' });
    exporter.offer(span);
    exporter.offer({ ...span, service: 'payment', parentId: 'c'.repeat(16), error: null });
    await exporter.stop();
    expect(received.map(({ path, type }) => [path, type])).toEqual([
      ['/v1/traces', 'application/json'],
    ]);
    const { resourceSpans } = JSON.parse(received[0]?.body ?? '');
    const serviceOf = ({ resource }: { resource: { attributes: unknown[] } }) =>
      resource.attributes[0];
    expect(resourceSpans.map(serviceOf)).toEqual([
      { key: 'service.name', value: { stringValue: 'order' } },
      { key: 'service.name', value: { stringValue: 'payment' } },
    ]);
    expect(resourceSpans[0].scopeSpans[0].spans).toEqual([
      {
        traceId: 'a'.repeat(32),
        spanId: 'b'.repeat(16),
        name: 'POST /v1/checkouts',
        kind: 2,
        startTimeUnixNano: '1795000000123250000',
        endTimeUnixNano: '1795000000133750000',
        attributes: [
          { key: 'http.response.status_code', value: { intValue: '503' } },
          { key: 'mkt.waitMs', value: { doubleValue: 0.5 } },
        ],
        status: { code: 2, message: 'HTTP_503' },
      },
    ]);
    expect(resourceSpans[1].scopeSpans[0].spans[0].parentSpanId).toBe('c'.repeat(16));
  });

  test('are counted and forgotten where the queue is full or the collector does not take them', async () => {
    const full = createOtlpExporter({ endpoint, version: '1', maxQueue: 2 });
    for (let n = 0; n < 5; n += 1) full.offer(span);
    await full.stop();
    expect(full.dropped()).toBe(3);
    answer = 503;
    for (const place of [endpoint, 'http://127.0.0.1:1']) {
      const refused = createOtlpExporter({ endpoint: place, version: '1' });
      refused.offer(span);
      await refused.stop();
      expect(refused.dropped()).toBe(1);
    }
  });

  test('go out in batches, without waiting for the next interval when there are many', async () => {
    const exporter = createOtlpExporter({ endpoint, version: '1' });
    for (let n = 0; n < 1_100; n += 1) exporter.offer(span);
    await exporter.stop();
    const counts = received.map(
      ({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans.length,
    );
    expect(counts).toEqual([512, 512, 76]);
  });
});
