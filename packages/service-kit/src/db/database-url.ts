import { readFileSync } from 'node:fs';
import type pg from 'pg';

/** What is wrong with a database's URL, in one sentence; undefined where it is whole. */
export function databaseUrlProblem(text: string): string | undefined {
  const example = 'such as postgres://user:password@host:5432/database';
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    return `It is no URL of a PostgreSQL database, ${example}.`;
  }
  if (url.hostname === '' && !url.searchParams.get('host')) return `It names no host, ${example}.`;
  if (userOf(url) === '') return `It names no user, ${example}.`;
  if (url.pathname.length < 2) return `It names no database, ${example}.`;
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && !(mode in tlsByMode)) {
    return `It asks for sslmode=${mode}; write one of ${Object.keys(tlsByMode).join(', ')}.`;
  }
  return undefined;
}

/** Whether a connection is encrypted, and whether the server must prove who it is. */
const tlsByMode: Readonly<Record<string, 'none' | 'unverified' | 'verified'>> = {
  disable: 'none',
  'no-verify': 'unverified',
  require: 'verified',
  'verify-ca': 'verified',
  'verify-full': 'verified',
};

/**
 * The parts of `postgres://user:password@host:port/database`. `?host=` names a socket's folder;
 * `?sslmode=` decides about TLS (without it there is none), `?sslrootcert=` names a file.
 */
export function parseDatabaseUrl(text: string): pg.ClientConfig {
  const problem = databaseUrlProblem(text);
  if (problem) throw new Error(problem);
  const url = new URL(text);
  const { searchParams } = url;
  const password = decodeURIComponent(url.password) || (searchParams.get('password') ?? '');
  const ssl = tlsOf(searchParams);
  return {
    host: searchParams.get('host') ?? url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(searchParams.get('port') ?? (url.port || 5432)),
    user: userOf(url),
    ...(password ? { password } : {}),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(ssl ? { ssl } : {}),
  };
}

function userOf(url: URL): string {
  return decodeURIComponent(url.username) || (url.searchParams.get('user') ?? '');
}

function tlsOf(parameters: URLSearchParams): { rejectUnauthorized: boolean; ca?: string } | null {
  const tls = tlsByMode[parameters.get('sslmode') ?? 'disable'];
  if (tls === undefined || tls === 'none') return null;
  const file = parameters.get('sslrootcert');
  return {
    rejectUnauthorized: tls === 'verified',
    ...(file ? { ca: readFileSync(file, 'utf8') } : {}),
  };
}
