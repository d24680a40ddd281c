import type { Readable } from 'node:stream';
import type { Refusal, Result } from '@mkt/kernel';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { vendorOfActor } from '../auth/actor.ts';
import type { TokenVerifier } from '../auth/tokens.ts';
import type { Database } from '../db/database.ts';
import { Fault, RefusalError } from '../faults.ts';
import { type Admission, overloaded, priorityIn } from '../load/admission.ts';
import { isOperations } from '../operations/page.ts';
import { newContext, runInContext } from '../telemetry/context.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracer } from '../telemetry/trace/span.ts';
import { endSpan, steadyNowMs } from '../telemetry/trace/work.ts';
import { parseJsonBody } from './body.ts';
import { checkRequest, defaultMaxBodyBytes } from './check-request.ts';
import { observeAnswer } from './observe.ts';
import type { ProblemAnswer } from './problems.ts';
import { problemOfError, problemOfRefusal, problemType } from './problems.ts';
import { Answer, type AnyRoute } from './route.ts';
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
  readonly tracer?: Tracer | undefined;
  /** Bounds what is under way at once; absent where somebody before this server does. */
  readonly admission?: Pick<Admission, 'enter'> | undefined;
}

/** What answers requests of one service. */
export type HttpServer = FastifyInstance;

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
  const startedAtMs = steadyNowMs();
  const { path } = prepared.definition;
  const context = newContext({
    correlationId: request.id,
    traceparent: request.headers.traceparent as string | undefined,
    timeoutMs: options.operationTimeoutMs,
    // Whoever looks at traces would see little else than the looking.
    tracer: isOperations(path) ? undefined : options.tracer,
    isRead: request.method === 'GET',
  });
  reply.header(requestIdHeader, request.id);
  await runInContext(context, () => answerAdmitted(prepared, request, reply));
  const { statusCode: status } = reply;
  endSpan(
    context,
    { name: `${request.method} ${path}`, kind: 'server' },
    {
      startedAtMs,
      error: status >= 500 ? `HTTP_${status}` : null,
      facts: { status, statements: context.spent.sqlRoundTrips },
    },
  );
  observeAnswer(options, {
    method: request.method,
    route: path,
    status,
    requestId: request.id,
    durationMs: steadyNowMs() - startedAtMs,
    sqlRoundTrips: context.spent.sqlRoundTrips,
  });
  return reply;
}

/** Streams are as long as what they carry: their times say nothing of the load. */
async function answerAdmitted(
  prepared: PreparedRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { definition, options } = prepared;
  const isStream = definition.body === 'stream' || definition.reply.schema === 'stream';
  if (!options.admission || isStream) return answerInContext(prepared, request, reply);
  const admitted = await options.admission.enter({
    priority: priorityIn(request.headers),
    kind: `${request.method} ${definition.path}`,
  });
  if (!admitted) {
    sendProblem(reply, problemOfRefusal(overloaded, {}, request.id));
    return;
  }
  try {
    await answerInContext(prepared, request, reply);
  } finally {
    admitted.done(reply.statusCode < 500 ? 'answered' : 'failed');
  }
}

async function answerInContext(
  prepared: PreparedRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { definition, options, statuses } = prepared;
  try {
    const checked = await checkRequest(definition, options, request);
    const vendorId = checked.ok ? vendorOfActor(checked.value.actor) : null;
    if (vendorId !== null) options.metrics.countVendorRequest(vendorId);
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

/** For how long anybody may keep the answer; it may say so itself. */
function publicCaching(
  { publicCacheSeconds, immutable }: AnyRoute,
  headers: Readonly<Record<string, string>>,
): string {
  if (publicCacheSeconds === undefined) return 'no-store';
  const forEver = immutable ? ', immutable' : '';
  return headers['cache-control'] ?? `public, max-age=${publicCacheSeconds}${forEver}`;
}

function sendAnswer(prepared: PreparedRoute, reply: FastifyReply, value: unknown): void {
  const { definition, serialize } = prepared;
  const given = value instanceof Answer ? value : undefined;
  const body: unknown = given ? given.body : value;
  const headers: Readonly<Record<string, string>> = given?.headers ?? {};
  reply.code(definition.reply.status).headers(headers);
  // What a signed-in caller gets may be more than the public may see: nobody else keeps it.
  const isPublic = reply.request.headers.authorization === undefined;
  reply.header('cache-control', isPublic ? publicCaching(definition, headers) : 'no-store');
  if (definition.deprecated) {
    // RFC 9745 counts seconds and RFC 8594 writes a date.
    reply.header('deprecation', `@${Date.parse(definition.deprecated.since) / 1_000}`);
    reply.header('sunset', new Date(definition.deprecated.sunset).toUTCString());
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
