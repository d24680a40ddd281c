import type { ApiClient, Call } from '../adapters/api-client.ts';
import type { Reply } from '../adapters/http-exchange.ts';
import { failureOfText, isSuccess } from '../adapters/reply.ts';
import { type Failure, usageFailure } from '../failure.ts';

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** What was answered: JSON as a value, anything else as text. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly isJson: boolean;
  /** Why it is no success. */
  readonly failure: Failure | undefined;
}

const shownHeaders = ['content-type', 'etag', 'location', 'retry-after', 'x-request-id'];

export async function sendRaw(api: ApiClient, call: Call, profile: string): Promise<Answer> {
  return answerOf(await api.send(call), profile);
}

async function answerOf(reply: Reply, profile: string): Promise<Answer> {
  const { status } = reply;
  const text = await reply.text();
  const type = reply.header('content-type') ?? '';
  const isJson = /^application\/([\w.-]+\+)?json\b/.test(type) && text !== '';
  const headers = Object.fromEntries(
    shownHeaders.flatMap((name) => {
      const value = reply.header(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    status,
    headers,
    isJson,
    body: isJson ? JSON.parse(text) : text,
    failure: isSuccess(reply) ? undefined : failureOfText(reply, text, profile),
  };
}

interface PageBody {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}

const mostPages = 10_000;

/** All pages of a listing as one. */
export async function sendPaged(api: ApiClient, call: Call, profile: string): Promise<Answer> {
  const items: unknown[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const query = { ...call.query, ...(cursor === null ? {} : { cursor }) };
    const answer = await sendRaw(api, { ...call, query }, profile);
    if (answer.failure) return answer;
    if (!isPage(answer.body)) {
      throw usageFailure(`${call.path} does not answer in pages.`, 'Leave --paginate out');
    }
    items.push(...answer.body.items);
    cursor = answer.body.nextCursor;
    if (cursor === null) return { ...answer, body: { ...answer.body, items } };
  }
  throw usageFailure(`There are more than ${mostPages} pages.`, 'Ask for less: -f limit=100');
}

function isPage(body: unknown): body is PageBody {
  const { items, nextCursor } = (body ?? {}) as Partial<PageBody>;
  return Array.isArray(items) && (nextCursor === null || typeof nextCursor === 'string');
}
