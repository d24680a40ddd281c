import { describe, expect, test } from 'vitest';
import { parseRedisUrl } from '../src/address.ts';
import { RedisUrlError } from '../src/index.ts';

describe('the address of Redis', () => {
  test.each([
    ['redis://localhost', { host: 'localhost', port: 6379, db: 0 }],
    [
      'redis://:s%40crt@10.0.0.1:6380/3',
      { host: '10.0.0.1', port: 6380, db: 3, password: 's@crt' },
    ],
    ['redis://app:pw@[::1]:1', { host: '::1', port: 1, db: 0, username: 'app', password: 'pw' }],
    [
      'rediss://cache.example.com:6380',
      { host: 'cache.example.com', port: 6380, db: 0, tls: { servername: 'cache.example.com' } },
    ],
    ['rediss://127.0.0.1', { host: '127.0.0.1', port: 6379, db: 0, tls: {} }],
  ])('is read from %s', (url, address) => {
    expect(parseRedisUrl(url)).toEqual(address);
  });

  test.each([
    ['localhost:6379', 'is not redis:// or rediss://'],
    ['', 'it is no URL'],
    ['https://cache.example.com', 'is not redis:// or rediss://'],
    ['redis://', 'the host is missing'],
    ['redis://localhost/products', 'the database "products" is no number'],
  ])('is refused where it cannot be right: %s', (url, reason) => {
    expect(() => parseRedisUrl(url)).toThrow(RedisUrlError);
    expect(() => parseRedisUrl(url)).toThrow(reason);
  });

  test('does not show its password in what is said about it', () => {
    expect(() => parseRedisUrl('redis://app:s3cret@localhost/x')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    );
  });
});
