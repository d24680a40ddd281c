import { ConfigError, explainSettings, masked, readConfig } from '@mkt/service-kit';
import { serviceNames } from '@mkt/topology';
import { describe, expect, test } from 'vitest';
import { parsePeerUrls, peerUrls } from './config.ts';
import { settingsOf } from './schemas.ts';

const secret = 'p'.repeat(32);
const needed = {
  PEER_SECRET: secret,
  SECRET_KEY: 'k'.repeat(43),
  DATABASE_URL: 'postgres://mkt:hunter2hunter2@db.example.test/shop',
};

function problemsOf(env: Record<string, string>): string {
  try {
    readConfig(settingsOf('order'), env);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe('the settings of a service', () => {
  test.each(serviceNames)('of %s all say what they mean', (service) => {
    for (const { name, meaning } of explainSettings(settingsOf(service), {})) {
      expect([name, meaning.length > 20, meaning.endsWith('.')]).toEqual([name, true, true]);
    }
  });

  test('need a database and a secret, and nothing else', () => {
    expect(problemsOf({})).toMatch(/PEER_SECRET: is needed[\s\S]*DATABASE_URL: is needed/);
    expect(readConfig(settingsOf('order'), needed)).toMatchObject({ PORT: 8080, MIGRATE: true });
  });

  test.each([
    ['PORT', 'http', /whole number from 0 to 65535/],
    ['PORT', '', /whole number/],
    ['MIGRATE', 'maybe', /true or false/],
    ['DATABASE_URL', 'postgres://db.example.test', /names no user/],
    ['REDIS_URL', 'localhost:6379', /redis:\/\/user/],
    ['REDIS_URL', 'http://localhost', /redis:\/\/user/],
    ['MONGODB_URL', 'mongodb://', /mongodb:\/\/user/],
    ['PEER_SECRET', 'short', /32 characters/],
    ['PEER_SECRET', `${secret},short`, /32 characters/],
    ['PEER_URLS', 'orders=http://a', /service=URL/],
    ['PEER_URL', '{service}', /\{service\}/],
    ['LOG_LEVEL', 'loud', /LOG_LEVEL/],
    ['SECRET_KEY', 'k'.repeat(44), /32 bytes/],
  ])('refuse %s=%j and say what it should be', (name, value, problem) => {
    expect(problemsOf({ ...needed, [name]: value })).toMatch(problem);
  });

  test('never quote what is wrong with a secret', () => {
    const text = problemsOf({ ...needed, DATABASE_URL: 'postgres://:hunter2hunter2@/shop' });
    expect(text).toContain('DATABASE_URL');
    expect(text).not.toContain('hunter2');
  });
});

describe('an explanation', () => {
  const explained = (env: Record<string, string>) =>
    new Map(explainSettings(settingsOf('notification'), env).map((one) => [one.name, one]));

  test('says where each value comes from, and what is wrong', () => {
    const all = explained({ ...needed, PORT: '9000', MIGRATE: 'maybe' });
    expect(all.get('PORT')).toMatchObject({ value: '9000', from: 'environment', problem: null });
    expect(all.get('HOST')).toMatchObject({ value: '127.0.0.1', from: 'default' });
    expect(all.get('REDIS_URL')).toMatchObject({ value: null, from: 'nowhere', problem: null });
    expect(all.get('MIGRATE')?.problem).toContain('true or false');
    expect(all.get('SMTP_URL')).toMatchObject({ secret: true, from: 'nowhere' });
  });

  test('shows of secrets no more than which server they are for', () => {
    const all = explained(needed);
    expect(all.get('DATABASE_URL')?.value).toBe('postgres://***@db.example.test/shop');
    expect(all.get('PEER_SECRET')?.value).toBe('***');
    expect(JSON.stringify([...all.values()])).not.toMatch(/hunter2|pppp/);
  });

  test.each([
    ['redis://:pass@cache.test:6379/0', 'redis://***@cache.test:6379/0'],
    ['redis://cache.test', 'redis://***@cache.test'],
    ['postgres://u@h/d?password=pass', 'postgres://***@h/d'],
    ['mongodb://a:b@c@host/d', 'mongodb://***@host/d'],
    ['just-a-secret', '***'],
  ])('masks %s as %s', (text, shown) => {
    expect(masked(text)).toBe(shown);
  });
});

describe('where peers answer', () => {
  test('is by one pattern, or named for each', () => {
    const urlOf = peerUrls({
      PEER_URL: 'http://{service}.shop.svc:8080/',
      PEER_URLS: 'order=http://10.0.0.4:1, user=http://10.0.0.5:2',
    });
    expect(urlOf('cart')).toBe('http://cart.shop.svc:8080');
    expect(urlOf('order')).toBe('http://10.0.0.4:1');
    expect(urlOf('user')).toBe('http://10.0.0.5:2');
    expect(parsePeerUrls('order')).toBeUndefined();
  });
});
