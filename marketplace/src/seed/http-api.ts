import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Api, contentOf, headersOf, SeedError } from './api.ts';

const attempts = 8;
const longestWaitMs = 10_000;
const requestTimeoutMs = 120_000;
const busy = new Set([429, 503]);

/** The API of a marketplace that runs elsewhere, as any client sees it. */
export function createHttpApi(url: string): Api {
  return {
    async call(method, path, call = {}) {
      const { type, payload } = contentOf(call);
      // The same key at each attempt: what was done although nobody heard of it is not done twice.
      const headers = headersOf(method, { ...call, key: randomUUID() }, type);
      for (let attempt = 1; ; attempt += 1) {
        const reply = await fetch(url + path, {
          method,
          headers,
          signal: AbortSignal.timeout(requestTimeoutMs),
          ...(payload === undefined ? {} : { body: payload as string }),
        });
        const text = await reply.text();
        if (busy.has(reply.status) && attempt < attempts) {
          const asked = Number(reply.headers.get('retry-after') ?? 1) * 1_000;
          await pause(Math.min(longestWaitMs, Number.isNaN(asked) ? 1_000 : asked));
          continue;
        }
        const parsed = text === '' ? null : JSON.parse(text);
        if (reply.status >= 400) throw new SeedError(`${method} ${path}`, parsed ?? {});
        return parsed;
      }
    },
  };
}
