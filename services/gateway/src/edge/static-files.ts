import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { isKnown } from './etags.ts';

const types: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.webp': 'image/webp',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.svg': 'image/svg+xml',
};

interface File {
  readonly body: Buffer;
  readonly etag: string;
}

export interface StaticFiles {
  /** Answers when it has the file; false when the path is not one of its files. */
  serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/**
 * Serves the files of one folder below a prefix. The folder is listed once: only names that are in
 * the list are read, so no path from outside ever reaches the file system.
 */
export async function createStaticFiles(prefix: string, folder: string): Promise<StaticFiles> {
  const names = new Set((await readdir(folder)).filter((name) => extname(name) in types));
  const kept = new LRUCache<string, File>({
    maxSize: 8 * 1024 * 1024,
    sizeCalculation: (file) => file.body.byteLength + 1,
  });

  async function read(name: string): Promise<File> {
    const known = kept.get(name);
    if (known) return known;
    const body = await readFile(join(folder, name));
    const etag = `"${createHash('sha1').update(body).digest('base64url')}"`;
    const file = { body, etag };
    kept.set(name, file);
    return file;
  }

  return {
    async serve(path, request, response) {
      const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
      if (!names.has(name)) return false;
      const { body, etag } = await read(name);
      response.setHeader('etag', etag);
      response.setHeader('cache-control', 'public, max-age=86400');
      if (isKnown(request.headers['if-none-match'], etag)) {
        response.writeHead(304).end();
        return true;
      }
      response.writeHead(200, {
        'content-type': types[extname(name)] ?? 'application/octet-stream',
        'content-length': body.byteLength,
      });
      response.end(request.method === 'HEAD' ? undefined : body);
      return true;
    },
  };
}
