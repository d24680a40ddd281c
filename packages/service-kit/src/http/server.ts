import { Readable } from 'node:stream';
import { err, ok, type Refusal, type Result } from '@mkt/kernel';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Actor } from '../auth/actor.ts';
import { actorKey, mayCall } from '../auth/actor.ts';
import type { TokenVerifier } from '../auth/tokens.ts';
import type { Database } from '../db/database.ts';
import { claimKey, fingerprintOf, type IdempotencyKey, storeReply } from '../db/idempotency.ts';
import { Fault, RefusalError } from '../faults.ts';
import { newContext, runInContext, type WorkContext } from '../telemetry/context.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { boundStream, packReply, parseJsonBody, unpackReply } from './body.ts';
import type { ProblemAnswer } from './problems.ts';
import { problemOfError, problemOfRefusal, problemType, refusalOfZod } from './problems.ts';
import { Answer, type AnyRoute, isMutation, type RouteRequest } from './route.ts';
import { compileSerializer } from './serialize.ts';

export interface HttpServerOptions {
  readonly service: string;
  readonly routes: readonly AnyRoute[];
  readonly db: Database | undefined;
  readonly tokens: TokenVerifier;
  readonly log: Logger;
  readonly meter: Meter;
  readonly metrics: Metrics;
  /** How long a caller may wait for an answer of this service. */
  readonly operationTimeoutMs: number;
}

export const defaultMaxBodyBytes = 256 * 1024;
const keyPattern = /^[\x21-\x7e]{8,128}$/;
const requestIdPattern = /^[A-Za-z0-9._-]{8,64}$/;
export const requestIdHeader = 'x-request-id';

/** The HTTP face of a service: every request is checked and every failure answered in one way. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: defaultMaxBodyBytes,
    requestIdHeader: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 255, ignoreTrailingSlash: false },
    genReqId: (request) => {
      const given = request.headers[requestIdHeader];
      return typeof given === 'string' && requestIdPattern.test(given)
        ? given
        : crypto.randomUUID();
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_: unknown, body: Buffer) => parseJsonBody(body),
  );
  app.addContentTypeParser('*', async (_: unknown, payload: Readable) => payload);

  app.setNotFoundHandler((request, reply) => {
    const refusal = { code: 'NOT_FOUND', detail: `Nothing answers ${request.method} here.` };
    return sendProblem(reply, problemOfRefusal(refusal, {}, request.id));
  });
  app.setErrorHandler((error, request, reply) =>
    sendProblem(reply, problemOfThrown(error, request, options)),
  );
  for (const definition of options.routes) addRoute(app, definition, options);
  return app;
}

function sendProblem(reply: FastifyReply, answer: ProblemAnswer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers)
    .type(problemType)
    .send(JSON.stringify(answer.problem));
}

const fastifyRefusals: Readonly<Record<string, Refusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'BODY_TOO_LARGE',
    detail: 'The body is larger than this route accepts.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: 'Send application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'INVALID_REQUEST',
    detail: 'The body does not have the length that Content-Length names.',
  },
  FST_ERR_BAD_URL: { code: 'INVALID_REQUEST', detail: 'The address is not valid.' },
};

function problemOfThrown(
  error: unknown,
  request: FastifyRequest,
  { log, service }: HttpServerOptions,
): ProblemAnswer {
  if (error instanceof RefusalError) return problemOfRefusal(error.refusal, {}, request.id);
  const known = fastifyRefusals[(error as { code?: string } | null)?.code ?? ''];
  if (known) return problemOfRefusal(known, {}, request.id);
  const level = error instanceof Fault ? 'warn' : 'error';
  log[level](
    { service, requestId: request.id, route: request.routeOptions.url, err: error },
    'request failed',
  );
  return problemOfError(error, request.id);
}

function addRoute(app: FastifyInstance, definition: AnyRoute, options: HttpServerOptions): void {
  const serialize =
    definition.reply.schema instanceof z.ZodType
      ? compileSerializer(definition.reply.schema)
      : undefined;
  const prepared = { definition, options, serialize, statuses: definition.refusals ?? {} };
  const add = (to: FastifyInstance) =>
    to.route({
      method: definition.method,
      url: definition.path,
      ...(definition.maxBodyBytes === undefined ? {} : { bodyLimit: definition.maxBodyBytes }),
      handler: (request, reply) => answer(prepared, request, reply),
    });
  if (definition.body !== 'stream') {
    add(app);
    return;
  }
  // A raw body may be JSON as well, such as a signed webhook: here nothing is parsed.
  app.register(async (raw) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', async (_: unknown, payload: Readable) => payload);
    add(raw);
  });
}

interface PreparedRoute {
  readonly definition: AnyRoute;
  readonly options: HttpServerOptions;
  readonly serialize: ((value: unknown) => string) | undefined;
  readonly statuses: Readonly<Record<string, number>>;
}

async function answer(
  prepared: PreparedRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { options } = prepared;
  const startedAt = performance.now();
  const context = newContext({
    correlationId: request.id,
    traceparent: request.headers.traceparent as string | undefined,
    timeoutMs: options.operationTimeoutMs,
  });
  reply.header(requestIdHeader, request.id);
  await runInContext(context, () => answerInContext(prepared, request, reply));
  observe(prepared, { request, reply, context, durationMs: performance.now() - startedAt });
  return reply;
}

interface Answered {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly context: WorkContext;
  readonly durationMs: number;
}

/** One line and one observation per answer. */
function observe(
  { definition, options }: PreparedRoute,
  { request, reply, context, durationMs }: Answered,
): void {
  const { method } = request;
  const { service } = options;
  const route = definition.path;
  const status = reply.statusCode;
  const labels = { service, method, route, status: String(status) };
  options.metrics.requestSeconds.observe(labels, durationMs / 1_000);
  options.meter.add('http.requests', 1);
  options.log.info(
    {
      service,
      requestId: request.id,
      method,
      route,
      status,
      durationMs: Math.round(durationMs * 10) / 10,
      count: context.spent.sqlRoundTrips,
    },
    'answered',
  );
}

async function answerInContext(
  prepared: PreparedRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { definition, options, statuses } = prepared;
  try {
    const checked = await checkRequest(prepared, request);
    const outcome = checked.ok
      ? ((await definition.handle(checked.value)) as Result<unknown, Refusal>)
      : checked;
    if (!outcome.ok) {
      sendProblem(reply, problemOfRefusal(outcome.error, statuses, request.id));
      return;
    }
    sendAnswer(prepared, reply, outcome.value);
  } catch (error) {
    if (error instanceof RefusalError) {
      sendProblem(reply, problemOfRefusal(error.refusal, statuses, request.id));
      return;
    }
    sendProblem(reply, problemOfThrown(error, request, options));
  }
}

function sendAnswer(prepared: PreparedRoute, reply: FastifyReply, value: unknown): void {
  const { definition, serialize } = prepared;
  const given = value instanceof Answer ? value : undefined;
  const body: unknown = given ? given.body : value;
  const headers: Readonly<Record<string, string>> = given?.headers ?? {};
  reply.code(definition.reply.status).headers(headers);
  // What a signed-in caller gets may be more than the public may see: nobody else keeps it.
  const isPublic = reply.request.headers.authorization === undefined;
  if (definition.publicCacheSeconds !== undefined && isPublic) {
    reply.header('cache-control', `public, max-age=${definition.publicCacheSeconds}`);
  } else {
    reply.header('cache-control', 'no-store');
  }
  if (definition.deprecated) {
    reply.header('deprecation', definition.deprecated.since);
    reply.header('sunset', definition.deprecated.sunset);
  }
  if (definition.reply.schema === 'stream') {
    const type = headers['content-type'] ?? definition.reply.type ?? 'application/octet-stream';
    reply.type(type).send(body);
  } else if (serialize) {
    const sent = given ? given.bytesBy(serialize) : serialize(body);
    reply.type('application/json; charset=utf-8').send(sent);
  } else {
    reply.send();
  }
}

type CheckedRequest = RouteRequest<unknown, unknown, unknown>;

async function checkRequest(
  prepared: PreparedRoute,
  request: FastifyRequest,
): Promise<Result<CheckedRequest, Refusal>> {
  const { definition, options } = prepared;
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
    mutate: mutateFor(prepared, key.value),
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
  { definition, options }: PreparedRoute,
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
