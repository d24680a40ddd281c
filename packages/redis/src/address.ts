import { isIP } from 'node:net';

/** Where Redis is, as ioredis takes it. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  readonly tls?: { readonly servername?: string };
}

/** The setting is wrong: says what is, and what a right one looks like, without its password. */
export class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';

  constructor(what: string) {
    super(`The Redis URL is wrong: ${what}. It looks like redis://user:password@host:6379/0.`);
  }
}

/** Reads `redis://` and, over TLS, `rediss://`. */
export function parseRedisUrl(text: string): RedisAddress {
  if (!URL.canParse(text)) throw new RedisUrlError('it is no URL');
  const url = new URL(text);
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw new RedisUrlError(`${url.protocol}// is not redis:// or rediss://`);
  }
  if (url.hostname === '') throw new RedisUrlError('the host is missing');
  const path = url.pathname.replace(/^\//, '');
  if (!/^\d{0,4}$/.test(path)) throw new RedisUrlError(`the database "${path}" is no number`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: Number(url.port || 6379),
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    db: Number(path || 0),
    // A certificate is for a name; an address is checked as such, without one.
    ...(url.protocol === 'rediss:' ? { tls: isIP(host) ? {} : { servername: host } } : {}),
  };
}
