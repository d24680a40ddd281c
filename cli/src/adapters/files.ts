import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Failure, usageFailure } from '../failure.ts';
import { codeOf } from './system-error.ts';

/** A file's content; `-` is standard input. */
export interface FileContent {
  readonly path: string;
  readonly content: string;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be read by you',
  EISDIR: 'is a folder',
};

function unreadable(path: string, error: unknown): Failure {
  const code = codeOf(error) ?? 'unknown error';
  return usageFailure(`${path} ${reasons[code] ?? `cannot be read (${code})`}.`);
}

export async function readTextFile(path: string): Promise<FileContent> {
  if (path === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    return { path: 'standard input', content: Buffer.concat(chunks).toString('utf8') };
  }
  try {
    return { path, content: await readFile(path, 'utf8') };
  } catch (error) {
    throw unreadable(path, error);
  }
}

export interface ByteSource {
  readonly content: AsyncIterable<Uint8Array>;
  /** Undefined for standard input, which ends when it ends. */
  readonly sizeBytes: number | undefined;
}

/** A file to be streamed; `-` is standard input. */
export async function openBytes(path: string): Promise<ByteSource> {
  if (path === '-') return { content: process.stdin, sizeBytes: undefined };
  try {
    const { size } = await stat(path);
    const content = createReadStream(path, { highWaterMark: 256 * 1024 });
    await new Promise<void>((resolve, reject) => {
      content.once('open', () => resolve()).once('error', reject);
    });
    return { content, sizeBytes: size };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Writes a file whole or not at all. */
export async function writeBytes(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const fresh = `${path}.part-${process.pid}`;
  try {
    await pipeline(content, createWriteStream(fresh, { flags: 'wx' }));
    await rename(fresh, path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new Failure(`${path} cannot be written (${codeOf(error)}).`, {
      code: 'FILE_NOT_WRITTEN',
      next: 'Choose another file: --output FILE',
      cause: error,
    });
  } finally {
    await rm(fresh, { force: true });
  }
}
