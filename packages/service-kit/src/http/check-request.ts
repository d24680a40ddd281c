import { Readable } from 'node:stream';
import { err, ok, type Refusal, type Result } from '@mkt/kernel';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Actor, actorKey, mayCall } from '../auth/actor.ts';
import type { TokenVerifier } from '../auth/tokens.ts';
import type { Database } from '../db/database.ts';
import { claimKey, fingerprintOf, type IdempotencyKey, storeReply } from '../db/idempotency.ts';
import { Fault, RefusalError } from '../faults.ts';
import { boundStream, packReply, unpackReply } from './body.ts';
import { refusalOfZod } from './problems.ts';
import { type AnyRoute, isMutation, type RouteRequest } from './route.ts';

export const defaultMaxBodyBytes = 256 * 1024;
const keyPattern = /^[\x21-\x7e]{8,128}$/;

/** What checking a request takes of its service. */
export interface RequestSurroundings {
  readonly service: string;
  readonly db: Database | undefined;
  readonly tokens: TokenVerifier;
}

type CheckedRequest = RouteRequest<unknown, unknown, unknown>;

/** Who asks, whether he may, and whether what he sent is what the route takes; in this order. */
export async function checkRequest(
  definition: AnyRoute,
  options: RequestSurroundings,
  request: FastifyRequest,
): Promise<Result<CheckedRequest, Refusal>> {
  const actor = await actorOf(request, options.tokens);
  if (!actor.ok) return actor;
  const allowed = checkAccess(actor.value, definition);
  if (!allowed.ok) return allowed;
  const key = idempotencyKeyOf(definition, request, actor.value);
  if (!key.ok) return key;
  const input = parseInput(definition, request);
  if (!input.ok) return input;
  return ok({
    ...input.value,
    actor: actor.value,
    requestId: request.id,
    ifMatch: ifMatchOf(request),
    headers: request.headers,
    idempotency: key.value,
    mutate: mutateFor(definition, options, key.value),
  });
}

async function actorOf(
  request: FastifyRequest,
  tokens: TokenVerifier,
): Promise<Result<Actor, Refusal>> {
  const header = request.headers.authorization;
  if (header === undefined) return ok({ kind: 'anonymous' });
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,4096})$/.exec(header)?.[1];
  const actor = token ? await tokens.verify(token) : 'TOKEN_INVALID';
  if (actor === 'TOKEN_EXPIRED') {
    return err({
      code: actor,
      detail: 'The access token has expired: refresh it or log in again.',
    });
  }
  if (actor === 'TOKEN_INVALID') {
    return err({ code: actor, detail: 'The access token is not valid: log in again.' });
  }
  return ok(actor);
}

function checkAccess(actor: Actor, definition: AnyRoute): Result<void, Refusal> {
  const rules = Array.isArray(definition.access) ? definition.access : [definition.access];
  if (rules.some((access) => mayCall(actor, access))) return ok();
  return actor.kind === 'anonymous'
    ? err({ code: 'AUTHENTICATION_REQUIRED', detail: 'Send an access token as Bearer.' })
    : err({ code: 'FORBIDDEN', detail: 'Your account may not do this.' });
}

function idempotencyKeyOf(
  definition: AnyRoute,
  request: FastifyRequest,
  actor: Actor,
): Result<IdempotencyKey, Refusal> {
  const route = `${definition.method} ${definition.path}`;
  const needed = isMutation(definition) && definition.repeat !== 'natural';
  const given = request.headers['idempotency-key'];
  if (needed && (typeof given !== 'string' || !keyPattern.test(given))) {
    return err({
      code: 'IDEMPOTENCY_KEY_REQUIRED',
      detail: 'Send an Idempotency-Key header of 8 to 128 visible characters, new for each change.',
    });
  }
  const fingerprint = needed
    ? fingerprintOf(request.url, definition.body === 'stream' ? null : request.body)
    : '';
  return ok({ actor: actorKey(actor), key: String(given ?? ''), route, fingerprint });
}

function ifMatchOf(request: FastifyRequest): number | undefined {
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(request.headers['if-match'] ?? '');
  return match ? Number(match[1]) : undefined;
}

// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: three parts, each parsed alike
function parseInput(
  definition: AnyRoute,
  request: FastifyRequest,
): Result<{ params: unknown; query: unknown; body: unknown }, Refusal> {
  const parts: Record<'params' | 'query' | 'body', unknown> = {
    params: undefined,
    query: undefined,
    body: undefined,
  };
  const given = { params: request.params, query: request.query, body: request.body };
  for (const part of ['params', 'query', 'body'] as const) {
    const schema: unknown = definition[part];
    if (schema === 'stream') {
      const refused = streamRefusal(definition, request);
      if (refused) return err(refused);
      parts.body = boundStream(
        request.body as Readable,
        definition.maxBodyBytes ?? defaultMaxBodyBytes,
      );
    } else if (part === 'body' && schema && request.body instanceof Readable) {
      return err({ code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'Send application/json.' });
    } else if (schema instanceof z.ZodType) {
      const parsed = schema.safeParse(
        part === 'query' ? { ...(given.query as object) } : given[part],
      );
      if (!parsed.success) return err(refusalOfZod(part, parsed.error));
      parts[part] = parsed.data;
    }
  }
  return ok(parts);
}

function streamRefusal(definition: AnyRoute, request: FastifyRequest): Refusal | undefined {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (definition.bodyTypes?.includes(type)) return undefined;
  return {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: `Send ${definition.bodyTypes?.join(' or ') ?? 'another type'}.`,
  };
}

function mutateFor(
  definition: AnyRoute,
  options: RequestSurroundings,
  key: IdempotencyKey,
): CheckedRequest['mutate'] {
  return async (scope, work) => {
    const { db } = options;
    if (!db) throw new Error(`${options.service} has no database`);
    const natural = definition.repeat === 'natural';
    try {
      // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one transaction, read from top to bottom
      return await db.transaction(scope, async (tx) => {
        if (!natural) {
          const claimed = await claimKey(tx, key);
          if (!claimed.ok) return claimed;
          if (claimed.value.kind === 'replied')
            return ok(unpackReply(claimed.value.reply) as never);
          if (claimed.value.kind === 'underWay') {
            throw new Fault('CONFLICTING_WRITE', 'The first request with this key is under way');
          }
        }
        const outcome = await work(tx);
        // Thrown, so that what the work wrote before it was refused is rolled back.
        if (!outcome.ok) throw new RefusalError(outcome.error);
        if (!natural) {
          await storeReply(tx, key, packReply(definition.reply.status, outcome.value));
        }
        return outcome;
      });
    } catch (error) {
      if (error instanceof RefusalError) return err(error.refusal);
      throw error;
    }
  };
}
