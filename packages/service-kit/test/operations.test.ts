import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { orderCancelled } from '@mkt/contracts';
import { newId, uuidv7 } from '@mkt/kernel';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  type AnyRoute,
  consume,
  createTelemetry,
  platformScope,
  type SagaRunner,
  type ServiceDefinition,
} from '../src/index.ts';
import { startTestService, type TestService } from '../src/testing/index.ts';

const base = '/v1/operations/inventory';
const { log, logs, traces } = createTelemetry({ level: 'silent', version: 'test' });
const secret = 'Ada Marsh, Mill Lane 4';

interface Parcel {
  readonly recipient: string;
  readonly phase: string;
}
type Input = 'begin' | 'packed' | 'gaveUp' | 'due';

let canApply = true;
let canPack = true;
let applied = 0;
let loads = 0;
let parcels: SagaRunner<Parcel, Input>;
let ask: (key: string) => Promise<string>;

const service: ServiceDefinition = {
  name: 'inventory',
  migrationsDir: fileURLToPath(new URL('./sample-migrations', import.meta.url)),
  buildApp(runtime) {
    ask = (key) =>
      runtime.cache.getOrLoad(key, 60_000, async () => {
        loads += 1;
        return key;
      });
    parcels = runtime.saga<Parcel, Input, string>({
      kind: 'parcel',
      decide(state, input) {
        if (input === 'begin') return { state, step: 'packing', command: 'pack' };
        if (input === 'due') return { state, step: 'late', done: true };
        return { state, step: 'packed', dueAt: new Date('2999-01-01') };
      },
      async execute() {
        if (!canPack) throw new Error(`no box for ada@example.test`);
        return 'packed';
      },
      gaveUp: () => 'gaveUp',
      deadlineInput: () => 'due',
      maxAttempts: 9,
      retryDelayMs: { first: 60_000, max: 60_000 },
    });
    return {
      routes: [],
      consumers: [
        consume(orderCancelled, async () => {
          if (!canApply) throw new Error('cannot be applied');
          applied += 1;
        }),
      ],
    };
  },
};

describe('the routes of the plumbing', () => {
  let it: TestService;
  let token: string;

  beforeAll(async () => {
    it = await startTestService(service, {
      postgresUrl: inject('postgresUrl'),
      log,
      logs,
      traces,
    });
    token = await it.tokens.operator();
  });
  afterAll(() => it.close());

  const get = (path: string) => it.request('GET', `${base}/${path}`, { token });
  const post = (path: string, body?: unknown) =>
    it.request('POST', `${base}/${path}`, {
      token,
      idempotencyKey: null,
      ...(body === undefined ? {} : { body }),
    });

  async function park(): Promise<string> {
    canApply = false;
    const payload = { ...orderCancelled.sample, reason: secret };
    const { id } = await it.deliver(orderCancelled, orderCancelled.payload.parse(payload));
    canApply = true;
    return id;
  }

  async function startParcel(): Promise<string> {
    const id = uuidv7();
    const state = { recipient: secret, phase: 'new' };
    await it.db.transaction(platformScope, (tx) => parcels.start(tx, id, state, 'begin'));
    await parcels.idle();
    return id;
  }

  test('are for operators alone', async () => {
    const routes = it.service.parts.routes.filter(({ path }: AnyRoute) => path.startsWith(base));
    expect(routes.length).toBeGreaterThan(10);
    const others = [await it.tokens.staff(newId<'Vendor'>()), await it.tokens.user()];
    for (const { method, path } of routes) {
      const url = path.replace(':kind', 'parcel').replaceAll(/:\w+/g, uuidv7());
      const body = method === 'GET' ? {} : { body: {} };
      for (const other of others) {
        const reply = await it.request(method, url, { token: other, ...body });
        expect([url, reply.status]).toEqual([url, 403]);
      }
      expect((await it.request(method, url, body)).status).toBe(401);
    }
  });

  test('list parked events by page and type, and show one with nobody’s data', async () => {
    const ids = [await park(), await park(), await park()];
    const first = await get('dead-letters?limit=2&type=order.cancelled');
    expect(first.body.items.map((one: { eventId: string }) => one.eventId)).toEqual(
      ids.toReversed().slice(0, 2),
    );
    const rest = await get(`dead-letters?limit=2&cursor=${first.body.nextCursor}`);
    expect(rest.body).toMatchObject({ items: [{ eventId: ids[0] }], nextCursor: null });
    expect((await get('dead-letters?type=order.placed')).body.items).toEqual([]);
    expect((await get('dead-letters?state=replayed')).body.items).toEqual([]);

    const shown = await get(`dead-letters/${ids[0]}`);
    expect(shown.body).toMatchObject({
      type: 'order.cancelled',
      reason: 'Error: cannot be applied',
      attempts: 5,
      envelope: { id: ids[0], version: 1, payload: { groupId: expect.any(String) } },
    });
    expect(shown.text).not.toContain('Mill Lane');
    for (const id of ids) await post(`dead-letters/${id}/replay`);
  });

  test('apply a parked event once, however often they are asked to', async () => {
    const id = await park();
    const before = applied;
    canApply = false;
    const failed = await post(`dead-letters/${id}/replay`);
    expect(failed.body).toMatchObject({ outcome: 'failed', reason: 'Error: cannot be applied' });
    canApply = true;
    const replays = [1, 2, 3].map(() => post(`dead-letters/${id}/replay`));
    const outcomes = (await Promise.all(replays)).map(({ body }) => body.outcome);
    expect(outcomes.filter((one) => one === 'applied')).toHaveLength(1);
    expect(outcomes.filter((one) => one === 'alreadyApplied')).toHaveLength(2);
    expect(applied - before).toBe(1);
    const missing = await post(`dead-letters/${randomUUID()}/replay`);
    expect([missing.status, missing.body.code]).toEqual([404, 'DEAD_LETTER_NOT_FOUND']);
  });

  test('apply all parked events of a type, in their order, and say what is left', async () => {
    const ids = [await park(), await park()];
    const all = await post('dead-letters/replay', { type: 'order.cancelled' });
    expect(all.body).toEqual({
      items: ids.map((eventId) => ({ eventId, outcome: 'applied' })),
      waiting: 0,
    });
    const none = await post('dead-letters/replay', { type: 'order.placed' });
    expect(none.body).toEqual({ items: [], waiting: 0 });
  });

  test('show since when events wait to be published', async () => {
    expect((await get('outbox')).body).toEqual({
      ...{ waiting: 0, oldestAt: null, oldestAgeMs: null, types: [] },
    });
    await it.database.admin(
      `INSERT INTO inventory.outbox (id, type, version, occurred_at, aggregate_id,
         aggregate_version, correlation_id, payload)
       VALUES ($1, 'inventory.stockChanged', 1, now() - interval '90 s', $1, 1, 'test', '{}')`,
      [uuidv7()],
    );
    const { body } = await get('outbox');
    expect(body).toMatchObject({ waiting: 1, types: [{ type: 'inventory.stockChanged' }] });
    expect(body.oldestAgeMs).toBeGreaterThan(89_000);
    await it.database.admin('DELETE FROM inventory.outbox');
  });

  test('list processes, tell the stuck from the waiting, and show one with nobody’s data', async () => {
    const waiting = await startParcel();
    canPack = false;
    const stuck = await startParcel();
    canPack = true;
    const idsOf = ({ body }: { body: { items: { sagaId: string }[] } }) =>
      body.items.map(({ sagaId }) => sagaId);
    expect(idsOf(await get('sagas'))).toEqual([stuck, waiting]);
    expect(idsOf(await get('sagas?state=stuck'))).toEqual([stuck]);
    expect(idsOf(await get('sagas?step=packed&kind=parcel'))).toEqual([waiting]);
    expect(idsOf(await get('sagas?kind=checkout'))).toEqual([]);
    const page = await get('sagas?limit=1');
    expect(idsOf(await get(`sagas?limit=1&cursor=${page.body.nextCursor}`))).toEqual([waiting]);

    const shown = await get(`sagas/parcel/${stuck}`);
    expect(shown.body).toMatchObject({
      step: 'packing',
      stuck: true,
      attempts: 1,
      lastError: 'Error: no box for [e-mail]',
      state: { recipient: `[hidden, ${secret.length} characters]`, phase: 'new' },
    });
    expect(shown.text).not.toContain('Mill Lane');
    await post(`sagas/parcel/${stuck}/retry`);
  });

  test('take a failing process up again, and leave a waiting one waiting', async () => {
    canPack = false;
    const id = await startParcel();
    const again = await post(`sagas/parcel/${id}/retry`);
    expect(again.body).toMatchObject({ step: 'packing', attempts: 1, stuck: true });
    canPack = true;
    const packed = await post(`sagas/parcel/${id}/retry`);
    expect(packed.body).toMatchObject({ step: 'packed', attempts: 0, stuck: false });
    const waits = await post(`sagas/parcel/${id}/retry`);
    expect(waits.body).toMatchObject({ step: 'packed', dueAt: '2999-01-01T00:00:00.000Z' });
  });

  test('refuse to take up what has ended, is being driven, or is not known', async () => {
    const id = await startParcel();
    const lease = (until: string) =>
      it.database.admin(`UPDATE inventory.sagas SET lease_until = ${until} WHERE id = $1`, [id]);
    await lease(`now() + interval '1 min'`);
    expect((await post(`sagas/parcel/${id}/retry`)).body.code).toBe('SAGA_UNDER_WAY');
    await lease('NULL');
    await it.database.admin('UPDATE inventory.sagas SET finished_at = now() WHERE id = $1', [id]);
    const ended = await post(`sagas/parcel/${id}/retry`);
    expect([ended.status, ended.body.code]).toEqual([409, 'SAGA_FINISHED']);
    const unknown = await post(`sagas/parcel/${uuidv7()}/retry`);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'SAGA_NOT_FOUND']);
  });

  test('count what a cache knew, and empty it by prefix', async () => {
    await Promise.all([ask('a:1'), ask('a:1'), ask('a:2'), ask('b:1')]);
    const known = { items: [{ name: 'values', entries: 3, hits: 1, misses: 3 }] };
    expect((await get('caches')).body).toEqual(known);
    await post('caches/clear', { prefix: 'a:' });
    await ask('b:1');
    await ask('a:1');
    expect(loads).toBe(4);
    const { body } = await post('caches/clear', {});
    expect(body.items[0].entries).toBe(0);
  });

  test('show the connections of the process and what it used', async () => {
    const { body } = await get('usage');
    expect(body.pools).toMatchObject([{ role: 'platform', max: 6, waiting: 0 }]);
    expect(body.unreported).toContainEqual({
      meter: 'postgres.statements',
      amount: expect.any(Number),
    });
    expect(body.residentBytes).toBeGreaterThan(10_000_000);
  });

  test('show the last lines of the log, by level, and wait for the next where asked to', async () => {
    log.info({ service: 'inventory', route: '/v1/stock' }, 'answered');
    log.warn({ service: 'inventory' }, 'slow');
    const { body } = await get('logs?limit=2');
    expect(body.items.map(({ message }: { message: string }) => message)).toEqual([
      'answered',
      'slow',
    ]);
    expect((await get('logs?level=warn&limit=1')).body.items).toMatchObject([{ message: 'slow' }]);

    const waiting = get(`logs?after=${body.cursor}&waitMs=10000`);
    await new Promise((resolve) => setImmediate(resolve));
    log.info({ service: 'order' }, 'not ours');
    log.info({ service: 'inventory' }, 'next');
    const next = await waiting;
    expect(next.body.items).toMatchObject([{ message: 'next', service: 'inventory' }]);
    expect((await get(`logs?after=${next.body.cursor}`)).body.items).toEqual([]);
  });

  test('are not told of in the log, nor traced', async () => {
    const before = await get('logs?level=info');
    await get('sagas');
    expect((await get(`logs?after=${before.body.cursor}`)).body.items).toEqual([]);
    const kept = [...traces.kept.all()].flatMap(({ spans }) => spans.map(({ name }) => name));
    expect(kept.filter((name) => name.includes('operations'))).toEqual([]);
    expect(kept).toContain('consume order.cancelled');
  });
});
