import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '@mkt/kernel';
import {
  type Actor,
  type Admission,
  type BucketSpec,
  createLocalRateLimiter,
  createProtection,
  createSilentServices,
  type Entrance,
  type EventBus,
  type Logger,
  type LogRing,
  type Metrics,
  overloaded,
  type Peers,
  priorityHeader,
  problemOfError,
  problemOfRefusal,
  problemType,
  type RateLimiter,
  RefusalError,
  requestIdHeader,
  runInContext,
  SilentServiceFault,
  type TokenVerifier,
  type TraceRecorder,
} from '@mkt/service-kit';
import { serviceOfPath } from '@mkt/topology';
import { hasSpoken, sendCached, sendPage, sendText } from './edge/answers.ts';
import { apiKeyPrefix, createApiKeyExchange } from './edge/api-keys.ts';
import { createEarlyRefusals, type EarlyRefusal } from './edge/early-refusals.ts';
import {
  answerPreflight,
  securityHeadersByName,
  setCorsHeaders,
  setSecurityHeaders,
} from './edge/headers.ts';
import { gatewayOperations } from './edge/operations.ts';
import { createOrderUpdates } from './edge/order-updates.ts';
import { createLimits } from './edge/rate-limit.ts';
import { createResponseCache } from './edge/response-cache.ts';
import { bulk, createShedding, entranceOf } from './edge/shedding.ts';
import type { StaticFiles } from './edge/static-files.ts';
import type { Upstream } from './edge/upstream.ts';
import { beginWork } from './edge/work.ts';
import { type DescribedService, describeApi, describeService } from './openapi/describe.ts';
import { serveDescription } from './openapi/served.ts';
import { homePage } from './pages/home.ts';

export interface GatewayOptions {
  readonly upstreams: readonly Upstream[];
  readonly peers: Peers;
  readonly bus: EventBus;
  readonly tokens: TokenVerifier;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly traces?: TraceRecorder | undefined;
  readonly logs?: LogRing | undefined;
  readonly staticFiles: readonly StaticFiles[];
  readonly version: string;
  readonly allowedOrigins: readonly string[];
  readonly limits: { readonly client: BucketSpec; readonly vendor: BucketSpec };
  /** Makes the limiter of a bucket; by default each process counts for itself. */
  readonly rateLimiter?: (spec: BucketSpec) => RateLimiter;
  /** Bounds what is under way at once; learned by default. */
  readonly admission?: Pick<Admission, 'enter' | 'turnsAway' | 'places'>;
  /** How long a service that is asked may say nothing before nobody's place is held for it. */
  readonly silentAfterMs?: number;
  /** The API description where the services are elsewhere; from their routes unless given. */
  readonly describe?: (own: DescribedService) => Promise<unknown>;
  /** All services have started. */
  readonly isReady: () => boolean;
}

export interface Gateway {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): void;
}

const orderStreamPath = /^\/v1\/order-groups\/([0-9a-f-]{36})\/events$/;
const requestIdPattern = /^[A-Za-z0-9._-]{8,64}$/;
const maxUrlLength = 4_096;
const defaultSilentAfterMs = 1_000;
/** A service that was away, or is newer, shows in the description after this. */
const describedForMs = 30_000;

/** The one public entry. What it refuses never reaches a service. */
export function createGateway(options: GatewayOptions): Gateway {
  const byName = new Map(options.upstreams.map((upstream) => [upstream.name, upstream]));
  const exchangeKey = createApiKeyExchange(options.peers);
  const cache = createResponseCache();
  const updates = createOrderUpdates(options.bus);
  const overLimit = createLimits(options.limits, options.rateLimiter ?? createLocalRateLimiter);
  const tracer = options.traces?.tracer('gateway');
  if (options.traces) options.metrics.state.readDroppedSpans(options.traces);
  const operations = gatewayOperations(options, cache);
  const admission = options.admission ?? createProtection(options.metrics);
  const shedding = createShedding(admission);
  const services = createSilentServices(options.metrics, {
    places: () => admission.places,
    silentAfterMs: options.silentAfterMs ?? defaultSilentAfterMs,
  });
  const earlyRefusals = createEarlyRefusals(admission);
  const own = { name: 'gateway', routes: operations.routes };
  const { describe } = options;
  const description = describe
    ? serveDescription(() => describe(describeService(own)), describedForMs)
    : serveDescription(
        async () => describeApi([...options.upstreams, own], options.version),
        Number.POSITIVE_INFINITY,
      );
  const home = homePage(options.version);

  function refuse(response: ServerResponse, requestId: string, refusal: Refusal): void {
    const { status, problem, headers } = problemOfRefusal(refusal, {}, requestId);
    response.writeHead(status, { ...headers, 'content-type': problemType });
    response.end(JSON.stringify(problem));
  }

  /** The same without the work that comes before it. */
  function refuseEarly(
    request: IncomingMessage,
    response: ServerResponse,
    { refusal, headers: notes }: EarlyRefusal,
  ): void {
    const requestId = requestIdOf(request);
    const { status, problem, headers } = problemOfRefusal(refusal, {}, requestId);
    setCorsHeaders(response, request.headers.origin, options.allowedOrigins);
    response.writeHead(status, {
      ...securityHeadersByName,
      ...notes,
      ...headers,
      [requestIdHeader]: requestId,
      'content-type': problemType,
    });
    response.end(JSON.stringify(problem));
  }

  /** Exchanges API keys, so that everything behind sees access tokens only. */
  async function authenticate(request: IncomingMessage): Promise<Actor | Refusal> {
    const header = request.headers.authorization;
    if (header === undefined) return { kind: 'anonymous' };
    let token = header.startsWith('Bearer ') ? header.slice(7) : '';
    if (token.startsWith(apiKeyPrefix)) {
      const exchanged = await exchangeKey(token);
      if (!exchanged.ok) return { ...exchanged.error, code: 'TOKEN_INVALID' };
      token = exchanged.value;
      request.headers.authorization = `Bearer ${token}`;
    }
    const actor = await options.tokens.verify(token);
    if (actor === 'TOKEN_EXPIRED') {
      return { code: actor, detail: 'The access token has expired: refresh it or log in again.' };
    }
    if (actor === 'TOKEN_INVALID') {
      return { code: actor, detail: 'The access token is not valid: log in again.' };
    }
    return actor;
  }

  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the order of the checks is the point
  async function handleApi(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    requestId: string,
  ): Promise<void> {
    const { authorization } = request.headers;
    const actor = await authenticate(request);
    if ('code' in actor) return refuse(response, requestId, actor);
    const outcome = overLimit(actor, request, response);
    const limited = outcome instanceof Promise ? await outcome : outcome;
    if (limited) {
      earlyRefusals.remember(authorization, limited, 1_000 / limited.bucket.perSecond);
      return refuse(response, requestId, limited.refusal);
    }
    const stream = request.method === 'GET' ? orderStreamPath.exec(path) : null;
    if (stream?.[1]) return openOrderStream(stream[1], request, response, requestId);

    const service = serviceOfPath(path);
    if (service === 'gateway') return (await operations.http()).routing(request, response);
    const upstream = service && byName.get(service);
    if (!upstream) {
      return refuse(response, requestId, { code: 'NOT_FOUND', detail: `Nothing answers ${path}.` });
    }
    const asked = entranceOf(request, actor, path);
    const entrance = upstream.isElsewhere ? { ...asked, service } : asked;
    request.headers[priorityHeader] = entrance.priority;
    const readOnly = request.method === 'GET' || request.method === 'HEAD';
    if (readOnly && actor.kind === 'anonymous' && !request.headers.range) {
      return answerCached({ upstream, entrance, request, response });
    }
    if (!bulk.test(path) && !(await enter(entrance, upstream, response))) {
      return refuse(response, requestId, overloaded);
    }
    upstream.dispatch(request, response);
  }

  /** A place for a request to a service, held until it is answered or the service is silent. */
  async function enter(
    entrance: Entrance,
    upstream: Upstream,
    response: ServerResponse,
  ): Promise<boolean> {
    if (!upstream.isElsewhere) return (await shedding.admit(entrance, response)) !== undefined;
    const awaited = services.expect(upstream.name);
    const leave = () => awaited.over(hasSpoken(response));
    if (response.closed) leave();
    else response.once('close', leave);
    const place = await shedding.admit(entrance, response);
    if (place) awaited.holds({ giveBack: () => place.done('unheard') });
    return place !== undefined;
  }

  /** What is in the cache is answered without a place: it costs next to nothing. */
  async function answerCached({
    upstream,
    entrance,
    request,
    response,
  }: {
    readonly upstream: Upstream;
    readonly entrance: Entrance;
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
  }): Promise<void> {
    const url = request.url ?? '/';
    const accept = String(request.headers.accept ?? '*/*');
    const { traceparent } = request.headers;
    const headers = {
      accept,
      [priorityHeader]: entrance.priority,
      ...(traceparent ? { traceparent: String(traceparent) } : {}),
    };
    const reply = await cache.get(`${accept} ${url}`, async () => {
      if (!upstream.isElsewhere) return shedding.run(entrance, () => upstream.fetch(url, headers));
      const awaited = services.expect(upstream.name);
      try {
        return await shedding.run(entrance, async (place) => {
          awaited.holds({ giveBack: () => place.done('unheard') });
          const fetched = await upstream.fetch(url, headers);
          awaited.over(true);
          return fetched;
        });
      } finally {
        awaited.over(false);
      }
    });
    sendCached(reply, request, response);
  }

  async function openOrderStream(
    groupId: string,
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    const order = byName.get('order');
    const reply = await order?.fetch(`/v1/order-groups/${groupId}`, {
      ...(request.headers.authorization ? { authorization: request.headers.authorization } : {}),
    });
    if (reply?.status !== 200) {
      // The order service decides who may see an order; its answer is passed on as it is.
      response.writeHead(reply?.status ?? 503, { 'content-type': problemType });
      response.end(reply?.body);
      return;
    }
    if (updates.open(groupId, JSON.parse(reply.body.toString()), response)) return;
    refuse(response, requestId, {
      code: 'RATE_LIMITED',
      detail: 'Too many streams are open: ask for the order itself instead.',
      data: { retryAfterSeconds: 30 },
    });
  }

  async function handleOwn(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    requestId: string,
  ): Promise<void> {
    switch (path) {
      case '/healthz':
        return sendText(response, 200, 'application/json', '{"status":"ok"}');
      case '/readyz':
        return options.isReady()
          ? sendText(response, 200, 'application/json', '{"status":"ready"}')
          : sendText(response, 503, 'application/json', '{"status":"starting"}');
      case '/metrics':
        return sendText(
          response,
          200,
          options.metrics.registry.contentType,
          await options.metrics.registry.metrics(),
        );
      case '/openapi.json':
        return sendText(
          response,
          200,
          'application/json; charset=utf-8',
          (await description()).json,
        );
      case '/docs':
        return sendPage(response, (await description()).page);
      case '/':
        return sendPage(response, home);
      default:
        for (const files of options.staticFiles) {
          if (await files.serve(path, request, response)) return;
        }
        refuse(response, requestId, { code: 'NOT_FOUND', detail: `Nothing answers ${path}.` });
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    const path = url.split('?', 1)[0] ?? '/';
    const refused = earlyRefusals.of(request, path);
    if (refused) return refuseEarly(request, response, refused);
    const requestId = requestIdOf(request);
    request.headers[requestIdHeader] = requestId;
    setSecurityHeaders(response);
    setCorsHeaders(response, request.headers.origin, options.allowedOrigins);
    response.setHeader(requestIdHeader, requestId);
    try {
      if (url.length > maxUrlLength) {
        return refuse(response, requestId, {
          code: 'INVALID_REQUEST',
          detail: `The address is longer than ${maxUrlLength} characters.`,
        });
      }
      if (request.method === 'OPTIONS') return answerPreflight(response);
      const context = beginWork({ request, response, path, requestId, tracer });
      await runInContext(context, () =>
        path.startsWith('/v1/')
          ? handleApi(request, response, path, requestId)
          : handleOwn(request, response, path, requestId),
      );
    } catch (error) {
      fail(error, response, requestId);
    }
  }

  function fail(error: unknown, response: ServerResponse, requestId: string): void {
    if (error instanceof RefusalError) {
      refuse(response, requestId, error.refusal);
      return;
    }
    if (!(error instanceof SilentServiceFault)) {
      options.log.error({ service: 'gateway', requestId, err: error }, 'request failed');
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status, problem, headers } = problemOfError(error, requestId);
    response.writeHead(status, { ...headers, 'content-type': problemType });
    response.end(JSON.stringify(problem));
  }

  return {
    handle: (request, response) => void handle(request, response),
    close: () => updates.close(),
  };
}

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers[requestIdHeader];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
}
