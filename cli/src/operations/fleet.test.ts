import { serviceNames } from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import { exitCodes, Failure } from '../failure.ts';
import { fakeApi, type SentRequest } from '../testing/fake-api.ts';
import { cacheStats, clearCaches } from './caches.ts';
import { listEvents, replayEvent, replayType, showEvent } from './events.ts';
import { followLogs, type LogLine, readLogs } from './logs.ts';
import { listSagas, retrySaga, showSaga } from './sagas.ts';
import { listTraces, showTrace } from './traces.ts';

const sagaId = '0190b6f0-0000-7000-8000-000000000001';

function refusing(code: string, exit: Failure['exit'] = exitCodes.failed) {
  return () => {
    throw new Failure('No.', { code, exit });
  };
}

type Answer = unknown | ((request: SentRequest) => unknown);

/** An answer of the services that are named; the others do not have it. */
function ofServices(method: string, rest: string, named: Readonly<Record<string, Answer>>) {
  return Object.fromEntries(
    serviceNames.map((name) => [
      `${method} /v1/operations/${name}/${rest}`,
      named[name] ?? refusing('NOT_FOUND'),
    ]),
  );
}

const page = (items: readonly unknown[]) => ({ items, nextCursor: null });

describe('what all services are asked', () => {
  it('is put together, and whoever does not answer is named', async () => {
    const api = fakeApi(
      ofServices('GET', 'dead-letters', {
        payout: page([{ eventId: 'b' }]),
        search: page([{ eventId: 'c' }, { eventId: 'a' }]),
        cart: refusing('DEPENDENCY_UNAVAILABLE', exitCodes.noUpstream),
      }),
    );
    const found = await listEvents(api, { state: 'waiting', limit: 2 });
    expect(found.items).toEqual([
      { eventId: 'c', service: 'search' },
      { eventId: 'b', service: 'payout' },
    ]);
    expect(found).toMatchObject({ hasMore: true, silent: ['cart'] });
  });

  it('is asked of one where one is named', async () => {
    const api = fakeApi({ 'GET /v1/operations/order/sagas': page([{ sagaId }]) });
    await listSagas(api, { service: 'order', state: 'stuck', limit: 5 });
    expect(api.sent).toMatchObject([{ query: { state: 'stuck' } }]);
  });

  it('fails where nobody answers, and where one may not ask', async () => {
    const away = refusing('DEPENDENCY_UNAVAILABLE', exitCodes.noUpstream);
    const all = Object.fromEntries(serviceNames.map((name) => [name, away]));
    const nobody = cacheStats(fakeApi(ofServices('GET', 'caches', all)));
    await expect(nobody).rejects.toMatchObject({ exit: exitCodes.noUpstream });
    const forbidden = { order: refusing('FORBIDDEN', exitCodes.notAuthorized) };
    const refused = cacheStats(fakeApi(ofServices('GET', 'caches', forbidden)));
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a parked event', () => {
  it('is shown and replayed wherever it is parked', async () => {
    const shown = fakeApi(ofServices('GET', 'dead-letters/e1', { cart: { eventId: 'e1' } }));
    await expect(showEvent(shown, 'e1')).resolves.toEqual([{ eventId: 'e1', service: 'cart' }]);
    const done = { eventId: 'e1', outcome: 'applied' };
    const api = fakeApi(ofServices('POST', 'dead-letters/e1/replay', { cart: done, payout: done }));
    const replayed = await replayEvent(api, 'e1');
    expect(replayed.map(({ service }) => service)).toEqual(
      expect.arrayContaining(['cart', 'payout']) as string[],
    );
  });

  it('that nobody has is answered with what to do', async () => {
    const api = fakeApi(ofServices('POST', 'dead-letters/e1/replay', {}));
    await expect(replayEvent(api, 'e1')).rejects.toMatchObject({
      code: 'DEAD_LETTER_NOT_FOUND',
      next: expect.stringContaining('mkt event list'),
    });
  });

  it('is replayed with all of its type, page by page, until none is left or all failed', async () => {
    const pages = [
      { items: [{ eventId: 'a', outcome: 'applied' }], waiting: 1 },
      { items: [{ eventId: 'b', outcome: 'failed', reason: 'no' }], waiting: 1 },
    ];
    const api = fakeApi(ofServices('POST', 'dead-letters/replay', { cart: () => pages.shift() }));
    const replayed = await replayType(api, 'order.placed');
    expect(replayed.map(({ eventId, outcome }) => [eventId, outcome])).toEqual([
      ['a', 'applied'],
      ['b', 'failed'],
    ]);
  });
});

describe('a saga', () => {
  it('is found by kind and id at the service that stores it', async () => {
    const saga = { kind: 'checkout', sagaId, step: 'buying' };
    const shown = fakeApi(ofServices('GET', `sagas/checkout/${sagaId}`, { order: saga }));
    await expect(showSaga(shown, `checkout/${sagaId}`)).resolves.toMatchObject({
      service: 'order',
      step: 'buying',
    });
    const api = fakeApi(ofServices('POST', `sagas/checkout/${sagaId}/retry`, { order: saga }));
    await expect(retrySaga(api, `checkout/${sagaId}`)).resolves.toMatchObject({ service: 'order' });
  });

  it('that is written in another way is refused before anybody is asked', async () => {
    const api = fakeApi({});
    await expect(showSaga(api, sagaId)).rejects.toMatchObject({ exit: exitCodes.usage });
    expect(api.sent).toEqual([]);
  });
});

describe('a trace', () => {
  const part = { traceId: 't', name: 'saga', rootService: 'order', spans: 3, errors: 1 };

  it('is one line, of what each service knows of it', async () => {
    const api = fakeApi(
      ofServices('GET', 'traces', {
        order: page([{ ...part, startedAt: '2026-01-01T00:00:00.200Z', durationMs: 90 }]),
        gateway: page([
          {
            ...part,
            name: 'POST /v1/checkouts',
            startedAt: '2026-01-01T00:00:00.100Z',
            durationMs: 700,
          },
        ]),
      }),
    );
    const { items } = await listTraces(api, { slow: true, failed: false, limit: 10 });
    expect(items).toMatchObject([
      { name: 'POST /v1/checkouts', durationMs: 700, spans: 6, errors: 2 },
    ]);
    expect(api.sent[0]?.query).toMatchObject({ minMs: 500 });
  });

  it('is a tree in the order of time, each span once', async () => {
    const span = (spanId: string, parentId: string | null, startedAtMs: number) => ({
      spanId,
      parentId,
      startedAtMs,
    });
    const api = fakeApi(
      ofServices('GET', 'traces/t', {
        gateway: { spans: [span('a', 'client', 100)] },
        order: { spans: [span('c', 'a', 130), span('b', 'a', 110), span('b', 'a', 110)] },
        cart: { spans: [span('d', 'b', 115)] },
      }),
    );
    const { spans } = await showTrace(api, 't');
    expect(spans.map(({ spanId, depth, offsetMs }) => [spanId, depth, offsetMs])).toEqual([
      ['a', 0, 0],
      ['b', 1, 10],
      ['d', 2, 15],
      ['c', 1, 30],
    ]);
  });

  it('that nobody keeps is answered with what to do', async () => {
    const attempt = showTrace(fakeApi(ofServices('GET', 'traces/t', {})), 't');
    await expect(attempt).rejects.toMatchObject({ code: 'TRACE_NOT_FOUND' });
  });
});

describe('the log', () => {
  const line = (at: string, service: string) => ({ at, service, level: 'info', message: at });

  it('is that of all services in the order of time', async () => {
    const api = fakeApi(
      ofServices('GET', 'logs', {
        order: { items: [line('1', 'order'), line('3', 'order')], cursor: 'o.3' },
        cart: { items: [line('2', 'cart')], cursor: 'c.1' },
      }),
    );
    const { items, cursors } = await readLogs(api, { limit: 2 });
    expect(items.map(({ at }) => at)).toEqual(['2', '3']);
    expect(cursors.get('order')).toBe('o.3');
  });

  it('is followed from where it was read', async () => {
    const stop = new AbortController();
    const shown: LogLine[] = [];
    const asked: unknown[] = [];
    const api = fakeApi({
      'GET /v1/operations/order/logs': ({ query }: SentRequest) => {
        asked.push(query?.['after']);
        return { items: [line(String(asked.length), 'order')], cursor: `o.${asked.length}` };
      },
    });
    await followLogs(
      api,
      { service: 'order', limit: 10 },
      {
        cursors: new Map([['order', 'o.0']]),
        signal: stop.signal,
        show(one) {
          shown.push(one);
          if (shown.length === 3) stop.abort();
        },
      },
    );
    expect(asked).toEqual(['o.0', 'o.1', 'o.2']);
  });

  it('ends where it may not be followed', async () => {
    const forbidden = { order: refusing('FORBIDDEN', exitCodes.notAuthorized) };
    const signal = new AbortController().signal;
    const following = followLogs(
      fakeApi(ofServices('GET', 'logs', forbidden)),
      { service: 'order', limit: 10 },
      { cursors: new Map(), signal, show: () => {} },
    );
    await expect(following).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('clearing caches', () => {
  it('sends the prefix and shows what is left', async () => {
    const reply = { items: [{ name: 'values', entries: 0, hits: 3, misses: 1 }] };
    const api = fakeApi(ofServices('POST', 'caches/clear', { gateway: reply, cart: reply }));
    const { items } = await clearCaches(api, '/v1/products');
    expect(items.map(({ service }) => service)).toEqual(['cart', 'gateway']);
    expect(api.sent[0]?.body).toEqual({ prefix: '/v1/products' });
  });
});
