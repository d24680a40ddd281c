import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import type { Session } from './session.ts';
import { codeOf } from './system-error.ts';

/** The session of one profile at one address. */
export interface Credentials {
  read(): Promise<Session | undefined>;
  /**
   * Changes the session while no other process can: a refresh token works once, so two commands
   * at a time must not both use it. Undefined ends the session.
   */
  change(
    decide: (current: Session | undefined) => Promise<Session | undefined>,
  ): Promise<Session | undefined>;
}

/** Nobody's: requests go out without a session. */
export const noCredentials: Credentials = {
  read: async () => undefined,
  change: async () => undefined,
};

/** By address first: a session is never sent to a server that it does not come from. */
interface CredentialsFile {
  readonly version: 1;
  readonly servers: Readonly<Record<string, Readonly<Record<string, Session>>>>;
}

export interface WhichCredentials {
  readonly configDir: string;
  readonly url: string;
  readonly profile: string;
}

export function fileCredentials({ configDir, url, profile }: WhichCredentials): Credentials {
  const path = join(configDir, 'credentials.json');
  const read = async () => (await readCredentials(path)).servers[url]?.[profile];
  return {
    read,
    async change(decide) {
      // Most commands only read: what writes is loaded by those that do.
      const { withFileLock } = await import('./file-lock.ts');
      return withFileLock(path, async () => {
        const { servers } = await readCredentials(path);
        const { [profile]: current, ...others } = servers[url] ?? {};
        const next = await decide(current);
        if (next !== current) {
          const profiles = next === undefined ? others : { ...others, [profile]: next };
          await writeCredentials(path, { version: 1, servers: { ...servers, [url]: profiles } });
        }
        return next;
      });
    },
  };
}

async function readCredentials(path: string): Promise<CredentialsFile> {
  try {
    const parsed = JSON.parse(readFileSync(path, 'utf8')) as CredentialsFile;
    if (parsed.version === 1 && typeof parsed.servers === 'object') return parsed;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { version: 1, servers: {} };
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Failure(`${path} is not a credentials file of this version of mkt.`, {
    code: 'CREDENTIALS_UNREADABLE',
    next: `Delete it and log in again: rm '${path}' && mkt login`,
  });
}

/** Whole or not at all, and for its owner alone from the first moment. */
async function writeCredentials(path: string, content: CredentialsFile): Promise<void> {
  const { rename, rm, writeFile } = await import('node:fs/promises');
  const fresh = `${path}.${crypto.randomUUID()}`;
  try {
    await writeFile(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}
