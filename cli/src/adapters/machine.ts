import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { freemem } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import type { Environment } from '../config.ts';
import type { Address, Machine } from '../operations/doctor.ts';
import { exchange } from './http-exchange.ts';
import { codeOf, rootCodeOf } from './system-error.ts';

const patienceMs = 3_000;

/** This machine, as `mkt doctor` looks at it. */
export function thisMachine(repositoryDir: string, env: Environment): Machine {
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    freeMemoryBytes: Math.max(freemem(), process.availableMemory()),
    repositoryDir,
    env,
    exists,
    programAt: (name) => programAt(name, env.PATH ?? ''),
    versionOf,
    freeBytesAt,
    unwritable,
    portState,
    talk,
    statusOf,
    modeOf: async (path) => (await statOf(path))?.mode,
  };
}

const statOf = (path: string) => stat(path).catch(() => undefined);

async function exists(path: string): Promise<boolean> {
  return (await statOf(path)) !== undefined;
}

async function programAt(name: string, path: string): Promise<string | undefined> {
  // Debian keeps servers where the PATH of a person does not lead.
  const folders = [...path.split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    const program = join(folder, name);
    try {
      await access(program, constants.X_OK);
      return program;
    } catch {
      // Not there: the next folder may have it.
    }
  }
  return undefined;
}

async function versionOf(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: patienceMs });
  return stdout.split('\n')[0]?.slice(0, 60) ?? program;
}

/** The folder, or the nearest one above it that is there. */
async function nearestOf(dir: string): Promise<string> {
  for (let at = dir; ; at = dirname(at)) {
    if ((await exists(at)) || at === dirname(at)) return at;
  }
}

async function freeBytesAt(dir: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(await nearestOf(dir));
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

async function unwritable(dir: string): Promise<string | undefined> {
  const nearest = await nearestOf(dir);
  if (!(await statOf(nearest))?.isDirectory()) return `${nearest} is not a folder`;
  try {
    await access(nearest, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return `${nearest} may not be written by you (${codeOf(error) ?? 'unknown error'})`;
  }
}

function portState(host: string, port: number): Promise<'free' | 'taken' | 'refused'> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error) => {
      resolve(codeOf(error) === 'EADDRINUSE' ? 'taken' : 'refused');
    });
    server.listen(port, host, () => server.close(() => resolve('free')));
  });
}

function talk(
  { host, port, tls, socketPath }: Address,
  send: Uint8Array,
): Promise<{ readonly answer: string } | { readonly error: string }> {
  return new Promise((resolve) => {
    const socket: Socket = tls
      ? connectTls({ host, port, servername: host })
      : connect(socketPath === undefined ? { host, port } : { path: socketPath });
    const end = (outcome: { readonly answer: string } | { readonly error: string }) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(patienceMs, () => end({ error: 'no answer in time' }));
    socket.once('error', (error) => end({ error: rootCodeOf(error) ?? error.message }));
    socket.once('close', () => end({ error: 'it closed the connection' }));
    socket.once('data', (bytes) => end({ answer: bytes.toString('latin1') }));
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      // Where there is nothing to ask, a connection is all there is to see.
      if (send.byteLength === 0) end({ answer: '' });
      else socket.write(send);
    });
  });
}

async function statusOf(url: string): Promise<number | undefined> {
  try {
    const reply = await exchange(url, { method: 'GET', path: '', headers: {} });
    reply.discard();
    return reply.status;
  } catch {
    return undefined;
  }
}
