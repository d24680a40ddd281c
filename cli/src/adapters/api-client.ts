import { notLoggedIn } from '../problem-failure.ts';
import type { Api, Query, Upload } from './api.ts';
import type { Credentials } from './credentials.ts';
import type { Reply } from './http-exchange.ts';
import { failureOfReply, isSuccess, readReply } from './reply.ts';
import type { Session } from './session.ts';
import { freshSession, refreshedSession } from './session-refresh.ts';
import type { Transport } from './transport.ts';

export interface ApiClientOptions {
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly url: string;
  readonly profile: string;
  /** Whether a request may go out without a session. */
  readonly anonymous: boolean;
  /** Names this run of the command: a repeat of a request has the key of the first. */
  readonly invocationId?: string;
  readonly now?: () => number;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly upload?: Upload;
  /** Come before those that the client makes, the key of a change among them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Also for requests that no operation knows: the answer is the caller's to read. */
export interface ApiClient extends Api {
  send(call: Call): Promise<Reply>;
}

/** The marketplace's API over HTTP, as one profile. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { transport, credentials, profile, anonymous } = options;
  // Made for the first change: most commands make none, and what makes it takes long to load.
  let { invocationId } = options;
  const now = options.now ?? Date.now;
  let changes = 0;

  async function session(): Promise<Session | undefined> {
    const current = await freshSession(credentials, { transport, profile, now });
    if (current === undefined && !anonymous) throw notLoggedIn(options.url, profile);
    return current;
  }

  function nextKey(): string {
    invocationId ??= crypto.randomUUID();
    changes += 1;
    return `${invocationId}-${changes}`;
  }

  async function call(request: Call): Promise<Reply> {
    const { method, path, query, body, upload, headers } = request;
    const key = method === 'GET' ? undefined : nextKey();
    const send = (current: Session | undefined) =>
      transport({
        method,
        path: withQuery(path, query),
        headers: {
          ...headersOf({ current, key, contentType: contentTypeOf(body, upload) }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(upload === undefined ? {} : { stream: upload.content }),
      });
    const current = await session();
    const reply = await send(current);
    if (reply.status !== 401 || current === undefined || upload) return reply;
    // The server may have forgotten the token before its time: its keys were replaced, say.
    reply.discard();
    return send(await refreshedSession(credentials, current, { transport, profile, now }));
  }

  const json = async <Body>(request: Call): Promise<Body> =>
    readReply<Body>(await call(request), profile);
  return {
    get: (path, query) => json({ method: 'GET', path, query }),
    post: (path, body) => json({ method: 'POST', path, body }),
    put: (path, body) => json({ method: 'PUT', path, body }),
    patch: (path, body, version) => {
      const headers = version === undefined ? {} : { 'if-match': `"${version}"` };
      return json({ method: 'PATCH', path, body, headers });
    },
    delete: (path) => json({ method: 'DELETE', path }),
    send: call,
    upload: (path, upload, query) => json({ method: 'POST', path, query, upload }),
    download: async (path, query) => {
      const reply = await call({ method: 'GET', path, query });
      if (!isSuccess(reply)) throw await failureOfReply(reply, profile);
      return reply.stream;
    },
  };
}

function withQuery(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, String(one)]),
  );
  if (pairs.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(pairs).toString()}`;
}

function contentTypeOf(body: unknown, upload: Upload | undefined): string | undefined {
  return upload?.contentType ?? (body === undefined ? undefined : 'application/json');
}

interface HeaderParts {
  readonly current: Session | undefined;
  readonly key: string | undefined;
  readonly contentType: string | undefined;
}

function headersOf({ current, key, contentType }: HeaderParts): Record<string, string> {
  return {
    accept: 'application/json',
    'user-agent': 'mkt',
    ...(current === undefined ? {} : { authorization: `Bearer ${current.accessToken}` }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
  };
}
