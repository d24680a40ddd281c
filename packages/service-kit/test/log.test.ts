import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import {
  createLogger,
  createLogRing,
  Fault,
  type Logger,
  type LogRing,
  newContext,
  runInContext,
  type WantedLines,
} from '../src/index.ts';

/** A logger and what it has written, line by line. */
function recorded(level: Parameters<typeof createLogger>[0] = 'info', ring?: LogRing) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log: Logger = createLogger(level, { stream, ring });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

describe('a log line', () => {
  test('holds the fields on the list, its level and its time', () => {
    const { log, last } = recorded();
    log.info({ service: 'order', route: '/v1/orders/:id', status: 200, durationMs: 3 }, 'answered');
    expect(last()).toEqual({
      level: 'info',
      time: expect.any(Number),
      service: 'order',
      route: '/v1/orders/:id',
      status: 200,
      durationMs: 3,
      msg: 'answered',
    });
  });

  const secret = 'ada@example.test';
  test.each([
    ['an e-mail address', { email: secret }],
    ['a token', { token: secret, authorization: secret }],
    ['a body', { body: { note: secret } }],
    ['a request as a whole', { req: { headers: { cookie: secret } }, url: `/?q=${secret}` }],
    ['a user', { user: secret, userId: secret, ip: secret }],
  ])('drops %s', (_, fields) => {
    const { log, lines, last } = recorded();
    log.warn({ ...fields, service: 'user' }, 'refused');
    expect(lines.join('')).not.toContain(secret);
    expect(Object.keys(last()).toSorted()).toEqual(['level', 'msg', 'service', 'time']);
  });

  test('drops them from what a child logger is bound to as well', () => {
    const { log, lines, last } = recorded();
    const child = log.child({ service: 'user', email: secret });
    child.child({ password: secret }).info({ token: secret }, 'signed in');
    expect(lines.join('')).not.toContain(secret);
    expect(last()).toMatchObject({ service: 'user', msg: 'signed in' });
  });

  test('explains a fault with its code and cause, without the data an error quotes', () => {
    const { log, lines, last } = recorded();
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: `Key (email)=(${secret}) already exists.`,
      where: secret,
    });
    log.error({ err: new Fault('DEPENDENCY_UNAVAILABLE', 'no answer', { cause }) }, 'failed');
    expect(last().err).toMatchObject({
      kind: 'Fault',
      code: 'DEPENDENCY_UNAVAILABLE',
      message: 'no answer',
      cause: { kind: 'Error', code: '23505', message: 'duplicate key' },
    });
    expect(lines.join('')).not.toContain(secret);
  });

  test('says no more than the kind of a thrown thing that is no error', () => {
    const { log, lines, last } = recorded();
    log.error({ err: { password: secret } }, 'failed');
    expect(last().err).toEqual({ kind: 'object' });
    expect(lines.join('')).not.toContain(secret);
  });

  test('bounds what an error may say', () => {
    const { log, last } = recorded();
    log.error({ err: new Error('x'.repeat(10_000)) }, 'failed');
    expect((last().err as { message: string }).message).toHaveLength(300);
  });

  test('carries the trace of the work it belongs to, and none outside of any', () => {
    const { log, last } = recorded();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    runInContext(newContext({ traceparent }), () => log.info('within'));
    expect(last()).toMatchObject({ trace: 'a'.repeat(32) });
    log.info('outside');
    expect(last()).not.toHaveProperty('trace');
  });

  test('is not written below the level', () => {
    const { log, lines } = recorded('warn');
    log.info({ service: 'order' }, 'answered');
    expect(lines).toEqual([]);
  });
});

describe('the last lines of a process', () => {
  const wanted = { service: 'order', after: undefined, level: 'info', trace: undefined, limit: 50 };
  const read = (ring: LogRing, more: Partial<WantedLines> = {}) =>
    ring.read({ ...wanted, ...more } as WantedLines);
  const messages = (ring: LogRing, more: Partial<WantedLines> = {}) =>
    read(ring, more).lines.map(({ message }) => message);

  test('are kept from info on, also where the stream takes warnings alone', () => {
    const ring = createLogRing();
    const { log, lines } = recorded('warn', ring);
    log.debug({ service: 'order' }, 'detail');
    log.info({ service: 'order', route: '/v1/orders' }, 'answered');
    log.warn({ service: 'order' }, 'slow');
    log.child({ service: 'order' }).error(new Error('broken'), 'failed');
    expect(messages(ring)).toEqual(['answered', 'slow', 'failed']);
    expect(lines).toHaveLength(2);
    expect(read(ring).lines[0]).toMatchObject({ fields: { route: '/v1/orders' } });
    expect(read(ring).lines[2]).toMatchObject({ fields: { err: { message: 'broken' } } });
    expect(messages(ring, { level: 'warn' })).toEqual(['slow', 'failed']);
  });

  test('hold the fields on the list alone, and no address that an error quotes', () => {
    const ring = createLogRing();
    const { log } = recorded('silent', ring);
    const secret = 'ada@example.test';
    log.warn({ service: 'order', email: secret, err: new Error(`no ${secret}`) }, 'refused');
    expect(JSON.stringify(read(ring))).not.toContain(secret);
    expect(read(ring).lines[0]?.fields).toMatchObject({ err: { message: 'no [e-mail]' } });
  });

  test('are told apart by service and by trace; those without a service are their owner’s', () => {
    const ring = createLogRing({ owner: 'gateway' });
    const { log } = recorded('silent', ring);
    const context = newContext();
    runInContext(context, () => log.info({ service: 'order' }, 'traced'));
    log.info({ service: 'order' }, 'other');
    log.info('alone');
    expect(messages(ring, { trace: context.traceId })).toEqual(['traced']);
    expect(messages(ring, { service: 'gateway' })).toEqual(['alone']);
  });

  test('are read on from a cursor, without a gap and without a repeat', () => {
    const ring = createLogRing();
    const { log } = recorded('silent', ring);
    for (let n = 0; n < 5; n += 1) log.info({ service: 'order' }, `line ${n}`);
    const tail = read(ring, { limit: 2 });
    expect(tail.lines.map(({ message }) => message)).toEqual(['line 3', 'line 4']);
    for (let n = 5; n < 8; n += 1) log.info({ service: 'order' }, `line ${n}`);
    const next = read(ring, { after: tail.cursor, limit: 2 });
    expect(next.lines.map(({ message }) => message)).toEqual(['line 5', 'line 6']);
    const last = read(ring, { after: next.cursor });
    expect(last.lines.map(({ message }) => message)).toEqual(['line 7']);
    expect(messages(ring, { after: last.cursor })).toEqual([]);
    expect(messages(createLogRing(), { after: last.cursor })).toEqual([]);
  });

  test('are bounded, and ordinary ones do not push warnings out', () => {
    const ring = createLogRing({ maxLines: 40 });
    const { log } = recorded('silent', ring);
    log.warn({ service: 'order' }, 'kept');
    for (let n = 0; n < 90; n += 1) log.info({ service: 'order' }, 'answered');
    expect(messages(ring).filter((one) => one === 'kept')).toHaveLength(1);
    expect(messages(ring, { limit: 500 })).toHaveLength(31);
  });

  test('leave ordinary ones out when there are too many at once, and warnings never', () => {
    const ring = createLogRing();
    const { log } = recorded('silent', ring);
    for (let n = 0; n < 1_000; n += 1) log.info({ service: 'order' }, 'answered');
    for (let n = 0; n < 300; n += 1) log.warn({ service: 'order' }, 'slow');
    const kept = messages(ring, { limit: 2_000 });
    expect(kept.filter((one) => one === 'slow')).toHaveLength(300);
    // A second may begin in between.
    expect(kept.filter((one) => one === 'answered').length).toBeLessThanOrEqual(200);
  });

  test('wake a reader that waits for them, at once, and everybody at the end', async () => {
    const ring = createLogRing();
    const { log } = recorded('silent', ring);
    const woken = ring.changed(60_000);
    log.info({ service: 'order' }, 'here');
    await woken;
    const waiting = Array.from({ length: 200 }, () => ring.changed(60_000));
    ring.close();
    await Promise.all(waiting);
  });
});
