import { serviceNames, services } from '@mkt/topology';
import { describe, expect, test } from 'vitest';
// Only the services know what they read; they are no part of the program that renders.
import { explainService } from '../../marketplace/src/settings/explain.ts';
import { production } from '../testing.ts';
import { secretSettingsOf, settingsOf } from './settings.ts';

/** Read by Node itself, and not by the service. */
const nodesOwn = new Set(['NODE_OPTIONS']);
const sampleSecrets: Readonly<Record<string, string>> = {
  PEER_SECRET: 'p'.repeat(32),
  REDIS_URL: 'redis://:secret@valkey.data:6379',
  DATABASE_URL: 'postgres://mkt:secret@db.example.test/shop',
  DATABASE_ROLE_SECRET: 'r'.repeat(32),
  SECRET_KEY: 'k'.repeat(43),
  MONGODB_URL: 'mongodb://mkt:secret@db.example.test/shop',
};

describe.each(serviceNames)('the settings of %s', (name) => {
  const service = services.find((one) => one.name === name);
  if (!service) throw new Error(`no ${name}`);
  const plain = settingsOf(service, production);
  const secret = secretSettingsOf(service);

  test('are all settings that it reads, and enough for it to start', () => {
    const needed = secret.filter(({ optional }) => !optional).map(({ setting }) => setting);
    const given = Object.fromEntries(needed.map((one) => [one, sampleSecrets[one] ?? '']));
    const explained = explainService(name, { ...plain, ...given }).settings ?? [];
    expect(explained.filter(({ problem }) => problem !== null)).toEqual([]);
    const known = new Set(explained.map((one) => one.name));
    const all = [...Object.keys(plain), ...secret.map(({ setting }) => setting)];
    expect(all.filter((one) => !known.has(one) && !nodesOwn.has(one))).toEqual([]);
  });

  test('keep secrets out of what anybody may read', () => {
    const explained = explainService(name, {}).settings ?? [];
    const secrets = new Set(explained.filter((one) => one.secret).map((one) => one.name));
    expect(Object.keys(plain).filter((one) => secrets.has(one))).toEqual([]);
  });
});

describe('settings', () => {
  test('let a database of our own be looked at often, and one that must sleep rarely', () => {
    const sweepSecondsOf = (name: string) => {
      const service = services.find((one) => one.name === name);
      if (!service) throw new Error(`no ${name}`);
      return settingsOf(service, production)['SWEEP_SECONDS'];
    };
    expect(production.environment.databases).toMatchObject({
      sales: 'cluster',
      infrastructure: 'neon',
    });
    expect(sweepSecondsOf('order')).toBe('60');
    expect(sweepSecondsOf('guard')).toBe('1800');
  });
});
