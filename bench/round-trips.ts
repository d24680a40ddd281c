import { randomUUID } from 'node:crypto';
import { readyToBuy } from '../tests/support/actors.ts';
import { expectOk, request } from '../tests/support/http.ts';
import { shelfOf } from './catalogue.ts';
import { type Child, startChild } from './child.ts';
import type { Row } from './report.ts';

const checkouts = 20;
const limit = { kind: 'atMost', bound: 25, aim: 15 } as const;
const logLineWithinMs = 5_000;

/**
 * What a checkout asks of the database: the request's own count from its log line, and everything
 * that it sets off, counted at the driver until the marketplace is still again.
 */
export async function measureRoundTrips(settings: object): Promise<Row[]> {
  const log = createLogReader();
  const child = await startChild(
    'marketplace',
    { ...settings, seeds: false },
    { env: { MKT_TEST_LOG: 'info' }, onLog: log.read },
  );
  const { basket } = await shelfOf(child.url);
  const inRequest: number[] = [];
  const untilStill: number[] = [];
  for (let n = 0; n < checkouts; n += 1) {
    const counted = await oneCheckout(child, basket, log);
    inRequest.push(counted.inRequest);
    untilStill.push(counted.untilStill);
  }
  await child.stop();
  const row = { topic: 'roundTrips', unit: 'roundTrips' } as const;
  return [
    { ...row, what: `checkout, most of ${checkouts}`, value: Math.max(...inRequest), limit },
    { ...row, what: 'the same and all that follows it', value: Math.max(...untilStill) },
  ];
}

async function oneCheckout(
  child: Child,
  basket: Parameters<typeof readyToBuy>[1],
  log: LogReader,
): Promise<{ inRequest: number; untilStill: number }> {
  const { token, body } = await readyToBuy(child.url, basket);
  const before = await child.settledUsage();
  const requestId = randomUUID();
  const counted = log.countOf(requestId);
  const reply = await expectOk(
    request(child.url, 'POST', '/v1/checkouts', {
      token,
      body,
      headers: { 'x-request-id': requestId },
    }),
  );
  if (reply.state !== 'placed') throw new Error(`The checkout ended as ${reply.state}`);
  const inRequest = await counted;
  const after = await child.settledUsage();
  return { inRequest, untilStill: after.sqlRoundTrips - before.sqlRoundTrips };
}

interface LogReader {
  read(line: string): void;
  /** The round trips that the checkout of this request id logs. */
  countOf(requestId: string): Promise<number>;
}

function createLogReader(): LogReader {
  const awaited = new Map<string, (count: number) => void>();
  return {
    read(line) {
      if (!line.includes('"/v1/checkouts"')) return;
      const { requestId, count } = JSON.parse(line) as { requestId: string; count: number };
      awaited.get(requestId)?.(count);
      awaited.delete(requestId);
    },
    countOf: (requestId) =>
      new Promise((resolve, reject) => {
        const missing = () => reject(new Error('The checkout was not logged'));
        const timer = setTimeout(missing, logLineWithinMs);
        awaited.set(requestId, (count) => {
          clearTimeout(timer);
          resolve(count);
        });
      }),
  };
}
