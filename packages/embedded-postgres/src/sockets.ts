import { createHash } from 'node:crypto';
import { chown, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromSystemError, portTaken, startFailed } from './failures.ts';
import { canReach, type ServerUser } from './server-user.ts';

/** macOS allows 103 bytes, Linux 107. */
const MAX_SOCKET_PATH_BYTES = 103;

/** The socket's file name, with the longest port. */
const SOCKET_NAME = '.s.PGSQL.65535';

/**
 * An empty folder for the socket of this cluster, closed to all but the server's user and root:
 * the server trusts whoever can open the socket. Call it with the data folder locked.
 */
export async function makeSocketDir(cluster: string, user: ServerUser): Promise<string> {
  const hash = createHash('sha256').update(cluster).digest('hex').slice(0, 12);
  const folder = join(await socketRoot(user), `mkt-pg-${hash}`);
  try {
    await rm(folder, { recursive: true, force: true });
    // Not recursive: a folder that somebody else puts here in between is refused.
    await mkdir(folder, { mode: 0o700 });
    if (user.drop) await chown(folder, user.uid, user.gid);
    return folder;
  } catch (error) {
    throw fromSystemError(error, { dataDir: folder });
  }
}

async function socketRoot(user: ServerUser): Promise<string> {
  for (const root of [tmpdir(), '/tmp']) {
    const longest = join(root, 'mkt-pg-0123456789ab', SOCKET_NAME);
    const isShort = Buffer.byteLength(longest) <= MAX_SOCKET_PATH_BYTES;
    if (isShort && (await canReach(root, user))) return root;
  }
  throw startFailed('no temporary folder is short enough for a unix socket and open to the server');
}

/** Says early, before a cluster is made, that the port cannot be had. */
export function checkPortFree(port: number): Promise<void> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'EADDRINUSE' ? portTaken(port, error) : error),
    );
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => done()));
  });
}
