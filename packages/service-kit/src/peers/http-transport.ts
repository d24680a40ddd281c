import { parseKnown } from '@mkt/contracts';
import { resilienceByClass, type ServiceName, serviceSpec } from '@mkt/topology';
import { Pool } from 'undici';
import { Fault } from '../faults.ts';
import { currentContext } from '../telemetry/context.ts';
import type { PeerTokens } from './peer-tokens.ts';
import type { PeerCall, PeerTransport } from './peers.ts';
import { correlationHeader, deadlineHeader, peerPathPrefix, readAnswer } from './wire.ts';

export interface HttpPeerOptions {
  /** Where a service answers, such as `http://order:8080`. */
  readonly urlOf: (service: ServiceName) => string;
  readonly tokens: Pick<PeerTokens, 'sign'>;
}

export interface HttpTransport {
  readonly transport: PeerTransport;
  close(): Promise<void>;
}

/** Shorter than any server of ours keeps a connection, so that none is closed under a request. */
const keepAliveMs = 10_000;
const maxReplyBytes = 32 * 1024 * 1024;

/** Calls peers over HTTP on connections that stay open. It repeats nothing by itself. */
export function createHttpTransport(options: HttpPeerOptions): HttpTransport {
  const pools = new Map<ServiceName, Pool>();

  function poolOf(service: ServiceName): Pool {
    const known = pools.get(service);
    if (known) return known;
    const spec = resilienceByClass[serviceSpec(service).class];
    const pool = new Pool(options.urlOf(service), {
      connections: spec.bulkheadConcurrent,
      pipelining: 1,
      connectTimeout: spec.connectTimeoutMs,
      keepAliveTimeout: keepAliveMs,
      maxResponseSize: maxReplyBytes,
      // The policy around each call keeps the time; these only stop what it gave up on.
      headersTimeout: spec.operationTimeoutMs,
      bodyTimeout: spec.operationTimeoutMs,
    });
    pools.set(service, pool);
    return pool;
  }

  return {
    async transport(service, operation, request, call) {
      const answer = await send(service, call, async () => {
        const { statusCode, body } = await poolOf(service).request({
          method: 'POST',
          path: `${peerPathPrefix}${operation.name}`,
          headers: headersOf(options.tokens.sign(service), call.timeoutMs),
          body: JSON.stringify(request),
          signal: call.signal,
        });
        return { status: statusCode, body: await body.text() };
      });
      return readAnswer(service, answer, (value) => parseKnown(operation.reply, value));
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

function headersOf(token: string, timeoutMs: number): Record<string, string> {
  const context = currentContext();
  return {
    'content-type': 'application/json',
    authorization: `Bearer ${token}`,
    [deadlineHeader]: String(Math.max(1, Math.floor(timeoutMs))),
    ...(context
      ? { traceparent: context.traceparent, [correlationHeader]: context.correlationId }
      : {}),
  };
}

/** Timeouts of undici's own; everything else it throws means that no answer arrived. */
const timeoutCodes = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

async function send<T>(service: string, call: PeerCall, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = String((error as { code?: unknown } | null)?.code);
    if (call.signal.aborted || timeoutCodes.has(code)) {
      throw new Fault('DEPENDENCY_TIMEOUT', `${service} did not answer in time`, { cause: error });
    }
    throw new Fault('DEPENDENCY_UNAVAILABLE', `${service} cannot be reached`, { cause: error });
  }
}
