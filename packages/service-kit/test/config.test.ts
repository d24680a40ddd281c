import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, readConfig } from '../src/index.ts';

const settings = z.object({
  MKT_PORT: z.coerce.number('must be a port').int().min(1).max(65_535),
  MKT_DATABASE_URL: z.url('must be a URL'),
  MKT_LOG_LEVEL: z.enum(['info', 'debug']).default('info'),
  MKT_PEER_TOKEN: z.string('is needed').min(16, 'must have 16 characters'),
});

const right = {
  MKT_PORT: '8080',
  MKT_DATABASE_URL: 'postgresql://db.test/mkt',
  MKT_PEER_TOKEN: 'sixteen-letters!',
};

function problemsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    readConfig(settings, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('reading the configuration', () => {
  test('gives parsed values and the named defaults, and nothing that was not asked for', () => {
    expect(readConfig(settings, { ...right, HOME: '/home/someone' })).toEqual({
      MKT_PORT: 8080,
      MKT_DATABASE_URL: 'postgresql://db.test/mkt',
      MKT_LOG_LEVEL: 'info',
      MKT_PEER_TOKEN: 'sixteen-letters!',
    });
  });

  test('names every wrong setting at once, each with what it should be', () => {
    const env = { MKT_PORT: 'http', MKT_DATABASE_URL: 'db', MKT_LOG_LEVEL: 'loud' };
    expect(problemsOf(env)).toEqual([
      'MKT_PORT: must be a port',
      'MKT_DATABASE_URL: must be a URL',
      expect.stringMatching(/^MKT_LOG_LEVEL: .*"info"\|"debug"/),
      'MKT_PEER_TOKEN: is needed',
    ]);
    const reading = () => readConfig(settings, env);
    expect(reading).toThrow(/^The configuration is wrong:\n {2}- MKT_PORT: must be a port\n/);
  });

  test.each(['', '0', '65536', '80.5', '80a'])('never replaces the port %j by another', (port) => {
    const problems = problemsOf({ ...right, MKT_PORT: port });
    expect(problems).toEqual([expect.stringMatching(/^MKT_PORT: /)]);
  });

  test('does not quote a secret that is wrong', () => {
    const [problem] = problemsOf({ ...right, MKT_PEER_TOKEN: 'hunter2' });
    expect(problem).toBe('MKT_PEER_TOKEN: must have 16 characters');
  });

  test('tells of a rule over several settings without a name of its own', () => {
    const pair = z.object({ A: z.string() }).refine(({ A }) => A === 'b', 'A and B must agree');
    expect(() => readConfig(pair, { A: 'a' })).toThrow('(all): A and B must agree');
  });
});
