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

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

// biome-ignore lint/suspicious/noExplicitAny: answers whose schemas are the services' own
type Answer = any;

/** The API without a socket: the same routes, checks and answers. */
export interface Api {
  call(method: Method, path: string, call?: ApiCall): Promise<Answer>;
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
    async call(method, path, call = {}) {
      const name = serviceOfPrefix(path.split(/[/?]/)[2] ?? '');
      const service = name && marketplace.services.get(name);
      if (!service) throw new Error(`No service answers ${path}`);
      const { type, payload } = contentOf(call);
      const reply = await service.http.inject({
        method,
        url: path,
        headers: headersOf(method, { ...call, key: randomUUID() }, type),
        ...(payload === undefined ? {} : { payload }),
      });
      const parsed = reply.payload === '' ? null : JSON.parse(reply.payload);
      if (reply.statusCode >= 400) throw new SeedError(`${method} ${path}`, parsed ?? {});
      return parsed;
    },
  };
}

/** The body of a call and its type. */
export function contentOf({ raw, body }: ApiCall): { type?: string; payload?: Buffer | string } {
  if (raw) return { type: raw.type, payload: raw.body };
  return body === undefined ? {} : { type: 'application/json', payload: JSON.stringify(body) };
}

export function headersOf(
  method: Method,
  { token, ifMatch, key }: ApiCall & { readonly key: string },
  type: string | undefined,
): Record<string, string> {
  return {
    ...(type ? { 'content-type': type } : {}),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(method === 'GET' ? {} : { 'idempotency-key': key }),
    ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
  };
}
