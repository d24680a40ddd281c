import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = { readonly status?: number; readonly body?: unknown };
export type Routes = Readonly<Record<string, (asked: Asked) => Reply>>;

export interface TinyMarketplace {
  readonly url: string;
  readonly asked: Asked[];
  routes: Routes;
  close(): Promise<void>;
}

/** As much of the API as a test needs: `METHOD /path` and what it answers. */
export async function startTinyMarketplace(): Promise<TinyMarketplace> {
  const asked: Asked[] = [];
  const state: { routes: Routes } = { routes: {} };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', headers } = request;
      const url = new URL(request.url ?? '', 'http://tiny');
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      asked.push(one);
      const { status = 200, body } = (state.routes[`${method} ${url.pathname}`] ?? missing)(one);
      const type = status < 400 ? 'application/json' : 'application/problem+json';
      response.writeHead(status, { 'content-type': type });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    get routes() {
      return state.routes;
    },
    set routes(routes) {
      state.routes = routes;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function refusal(status: number, code: string, detail = 'No.'): Reply {
  return { status, body: { type: 'about:blank', title: 'Refused', status, code, detail } };
}

const missing = () => refusal(404, 'NOT_FOUND', 'There is no such thing.');

export const tokens = {
  kind: 'user',
  userId: 'u1',
  sessionId: 's1',
  operator: true,
  vendor: null,
  accessToken: 'access-1',
  expiresAt: '2999-01-01T00:00:00Z',
  refreshToken: 'refresh-1',
  refreshExpiresAt: '2999-01-01T00:00:00Z',
};
