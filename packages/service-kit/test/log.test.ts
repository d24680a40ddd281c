import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLogger, Fault, type Logger, newContext, runInContext } from '../src/index.ts';

/** A logger and what it has written, line by line. */
function recorded(level: Parameters<typeof createLogger>[0] = 'info') {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log: Logger = createLogger(level, stream);
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
