export interface Call {
  readonly token?: string;
  readonly body?: unknown;
  readonly raw?: { readonly type: string; readonly body: string | Uint8Array };
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: suites look into answers freely
  readonly body: any;
  readonly headers: Headers;
}

/** A request over a real socket, as any client makes it. */
export async function request(
  base: string,
  method: string,
  path: string,
  { token, body, raw, key, headers = {} }: Call = {},
): Promise<Reply> {
  const payload = raw?.body ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(payload === undefined ? {} : { 'content-type': raw?.type ?? 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(method === 'GET' ? {} : { 'idempotency-key': key ?? crypto.randomUUID() }),
      ...headers,
    },
    ...(payload === undefined ? {} : { body: payload as string }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : text,
    headers: response.headers,
  };
}

/** The answer's body; anything but success is an error that names the problem. */
export async function expectOk(reply: Promise<Reply>): Promise<Reply['body']> {
  const { status, body } = await reply;
  if (status >= 400) throw new Error(`${status} ${JSON.stringify(body).slice(0, 500)}`);
  return body;
}
