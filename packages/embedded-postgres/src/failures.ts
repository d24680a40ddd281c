import { LaunchError } from './errors.ts';

/** What was being done when the system or the server refused. */
export type Attempt = { dataDir: string; port?: number | undefined };

const FULL_CODES = new Set(['ENOSPC', 'EDQUOT']);
const REFUSED_CODES = new Set(['EACCES', 'EPERM', 'ENOTDIR', 'EROFS', 'ELOOP', 'EEXIST', 'EISDIR']);

/** A write that stops short has no error number: the last bytes did not fit. */
const FULL_LINE = /No space left on device|Disk quota exceeded|wrote only \d+ of \d+ bytes/;
const PORT_LINE = /could not bind .*Address already in use/;
const REFUSED_LINE =
  /(file|directory) "[^"]*".*(Permission denied|Read-only file system)|wrong ownership/;

export function diskFull(attempt: Attempt, cause?: unknown): LaunchError {
  return new LaunchError('DISK_FULL', {
    message: `The disk that holds ${attempt.dataDir} is full.`,
    next: 'Free at least 200 MB on that disk and start again: nothing acknowledged was lost.',
    cause,
  });
}

export function portTaken(port: number, cause?: unknown): LaunchError {
  return new LaunchError('PORT_TAKEN', {
    message: `Port ${port} on 127.0.0.1 is taken by another program.`,
    next: 'Stop that program, choose another port, or give none and use the unix socket.',
    cause,
  });
}

export function unreadable(attempt: Attempt, reason: string, cause?: unknown): LaunchError {
  return new LaunchError('DATA_FOLDER_UNREADABLE', {
    message: `The data folder ${attempt.dataDir} cannot be used: ${reason}.`,
    next: 'Give this user read and write access to it, or choose another data folder.',
    cause,
  });
}

export function startFailed(
  reason: string,
  lastLines: readonly string[] = [],
  cause?: unknown,
): LaunchError {
  const log = lastLines.length === 0 ? '' : `\nLast log lines:\n  ${lastLines.join('\n  ')}`;
  return new LaunchError('START_FAILED', {
    message: `PostgreSQL did not start: ${reason}.${log}`,
    next: 'Read the lines above. DATABASE_URL can point at another server meanwhile.',
    cause,
  });
}

/** Names an error of the file system; errors that are ours already pass unchanged. */
export function fromSystemError(error: unknown, attempt: Attempt): unknown {
  if (error instanceof LaunchError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  if (FULL_CODES.has(code)) return diskFull(attempt, error);
  if (REFUSED_CODES.has(code)) return unreadable(attempt, error.message, error);
  return startFailed(error.message, [], error);
}

/** Names what `initdb` or the server said before it gave up. */
export function fromLog(
  lines: readonly string[],
  attempt: Attempt & { what: string },
): LaunchError {
  const cause = new Error(lines.join('\n'));
  // Shared memory has its own limit (/dev/shm): freeing disk space would not help there.
  if (lines.some((line) => FULL_LINE.test(line) && !line.includes('shared memory'))) {
    return diskFull(attempt, cause);
  }
  if (attempt.port !== undefined && lines.some((line) => PORT_LINE.test(line))) {
    return portTaken(attempt.port, cause);
  }
  const refused = lines.find((line) => REFUSED_LINE.test(line));
  if (refused !== undefined) return unreadable(attempt, refused, cause);
  return startFailed(attempt.what, lines);
}
