import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Api, contentOf, headersOf, SeedError } from './api.ts';

const attempts = 8;
const longestWaitMs = 10_000;
const usualWaitMs = 1_000;
const requestTimeoutMs = 120_000;
const busy = new Set([429, 503]);

/** The API of a marketplace that runs elsewhere, as any client sees it. */
export function createHttpApi(url: string): Api {
  return {
    async call(method, path, call = {}) {
      const { type, payload } = contentOf(call);
      // The same key at each attempt: what was done although nobody heard of it is not done twice.
      const headers = headersOf(method, { ...call, key: randomUUID() }, type);
      const body = payload === undefined ? {} : { body: payload as string };
      const reply = await untilFree(() => {
        const signal = AbortSignal.timeout(requestTimeoutMs);
        return fetch(url + path, { method, headers, signal, ...body });
      });
      const text = await reply.text();
      const parsed = text === '' ? null : JSON.parse(text);
      if (!reply.ok) throw new SeedError(`${method} ${path}`, parsed ?? {});
      return parsed;
    },
  };
}

/** Asks again while the marketplace says that it is busy for the moment. */
async function untilFree(ask: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await ask();
    if (!busy.has(reply.status) || attempt === attempts) return reply;
    await reply.body?.cancel();
    const askedMs = Number(reply.headers.get('retry-after')) * 1_000;
    await pause(askedMs > 0 ? Math.min(longestWaitMs, askedMs) : usualWaitMs);
  }
}
