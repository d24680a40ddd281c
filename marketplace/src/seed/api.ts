import { randomUUID } from 'node:crypto';
import { serviceOfPrefix } from '@mkt/topology';
import type { Marketplace } from '../compose.ts';

export interface ApiCall {
  readonly token?: string;
  readonly body?: unknown;
  /** Sent as it is, with its type. */
  readonly raw?: { readonly type: string; readonly body: Buffer | string };
  readonly ifMatch?: number;
}

/** The API without a socket: the same routes, checks and answers. */
export interface Api {
  // biome-ignore lint/suspicious/noExplicitAny: the seed reads answers whose schemas are the services'
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    call?: ApiCall,
  ): Promise<any>;
}

/** A request of the seed was refused: a defect of the seed or of a service. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
  readonly code: string;
  readonly data: unknown;

  constructor(request: string, problem: { code?: string; detail?: string; data?: unknown }) {
    super(`${request} was refused: ${problem.code ?? '?'} ${problem.detail ?? ''}`);
    this.code = problem.code ?? 'UNKNOWN';
    this.data = problem.data;
  }
}

export function createInProcessApi(marketplace: Marketplace): Api {
  return {
    async call(method, path, { token, body, raw, ifMatch } = {}) {
      const name = serviceOfPrefix(path.split(/[/?]/)[2] ?? '');
      const service = name && marketplace.services.get(name);
      if (!service) throw new Error(`No service answers ${path}`);
      const payload = raw?.body ?? (body === undefined ? undefined : JSON.stringify(body));
      const reply = await service.http.inject({
        method,
        url: path,
        headers: {
          ...(payload === undefined ? {} : { 'content-type': raw?.type ?? 'application/json' }),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
          ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
        },
        ...(payload === undefined ? {} : { payload }),
      });
      const text = reply.payload;
      const parsed = text === '' ? null : JSON.parse(text);
      if (reply.statusCode >= 400) throw new SeedError(`${method} ${path}`, parsed ?? {});
      return parsed;
    },
  };
}
