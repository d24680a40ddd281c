import type { Api, Query, Upload } from '../adapters/api.ts';

export interface SentRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly version?: number | undefined;
}

/** What is answered: a value, or what the request makes of it. */
type Answer = unknown | ((request: SentRequest) => unknown);

export interface FakeApi extends Api {
  readonly sent: readonly SentRequest[];
}

/** An API that answers by `METHOD /path`, and remembers what it was asked. */
export function fakeApi(answers: Readonly<Record<string, Answer>>): FakeApi {
  const sent: SentRequest[] = [];
  async function answer<Reply>(request: SentRequest): Promise<Reply> {
    sent.push(request);
    const name = `${request.method} ${request.path}`;
    if (!(name in answers)) throw new Error(`Nobody expected ${name}`);
    const given = answers[name];
    return (typeof given === 'function' ? given(request) : given) as Reply;
  }
  return {
    sent,
    get: (path, query) => answer({ method: 'GET', path, query }),
    post: (path, body) => answer({ method: 'POST', path, body }),
    put: (path, body) => answer({ method: 'PUT', path, body }),
    patch: (path, body, version) => answer({ method: 'PATCH', path, body, version }),
    delete: (path) => answer({ method: 'DELETE', path }),
    upload: async (path, upload, query) =>
      answer({ method: 'POST', path, query, body: await textOf(upload) }),
    download: (path, query) => answer({ method: 'GET', path, query }),
  };
}

async function textOf({ content }: Upload): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
