import pg from 'pg';
import { StartError } from '../start-error.ts';

/** Oldest PostgreSQL that the migrations and statements are tried on. */
export const oldestPostgresMajor = 15;
const connectTimeoutMs = 10_000;

/** Connects, or says what keeps it from connecting and what to do about that. */
export async function connectDatabase(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({ connectionTimeoutMillis: connectTimeoutMs, ...config });
  // A connection that breaks later fails the statement under way; unheard it ends the process.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('SHOW server_version_num');
    checkVersion(Number(rows[0]?.server_version_num));
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw startErrorOfDatabase(error, whereOf(config));
  }
}

function whereOf({ host, port, database }: pg.ClientConfig): string {
  return `${host ?? 'localhost'}:${port ?? 5432}/${database ?? ''}`;
}

export function checkVersion(versionNumber: number): void {
  const major = Math.floor(versionNumber / 10_000);
  if (major >= oldestPostgresMajor) return;
  throw new StartError(
    'DATABASE_TOO_OLD',
    `The database server is PostgreSQL ${major}; ${oldestPostgresMajor} or newer is needed.`,
    'Upgrade the server, or set DATABASE_URL to a newer one.',
  );
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);
const unproven =
  /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_HAS_EXPIRED|ALTNAME_INVALID/;

/** Names what a server, or the way to it, answered when a process wanted to connect. */
export function startErrorOfDatabase(error: unknown, where: string): unknown {
  if (error instanceof StartError) return error;
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  const cause = { cause: error };
  if (code === '28P01' || code === '28000') return loginRefused(message, where, cause);
  if (code === '3D000') {
    return new StartError(
      'DATABASE_MISSING',
      `There is no such database: ${where}.`,
      'Create it (createdb), or name an existing one at the end of DATABASE_URL.',
      cause,
    );
  }
  if (message.includes('does not support SSL') || unproven.test(code)) {
    const plain = message.includes('does not support SSL');
    return new StartError(
      'DATABASE_TLS_REFUSED',
      plain
        ? `${where} does not speak TLS, and DATABASE_URL asks for it.`
        : `The certificate of ${where} does not prove who it is: ${message}.`,
      plain
        ? 'Switch TLS on at the server, or write ?sslmode=disable where the network is yours.'
        : 'Name its authority: ?sslmode=verify-full&sslrootcert=FILE in DATABASE_URL.',
      cause,
    );
  }
  if (unreachable.has(code) || /timeout|terminated/.test(message)) {
    return new StartError(
      'DATABASE_UNREACHABLE',
      `No database answers at ${where}: ${message || code}.`,
      'See that the server runs and that host and port in DATABASE_URL are right.',
      cause,
    );
  }
  return error;
}

function loginRefused(message: string, where: string, cause: { cause: unknown }): StartError {
  const wantsTls = message.includes('no encryption');
  return new StartError(
    wantsTls ? 'DATABASE_TLS_REFUSED' : 'DATABASE_LOGIN_REFUSED',
    wantsTls
      ? `${where} accepts encrypted connections only.`
      : `The database at ${where} refused the login: ${message}.`,
    wantsTls
      ? 'Write ?sslmode=require at the end of DATABASE_URL.'
      : 'See that user and password in DATABASE_URL are right (special characters as %40 and so on).',
    cause,
  );
}
