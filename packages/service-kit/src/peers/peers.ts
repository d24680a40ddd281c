import type { ParsedRequestOf, PeerOperation, ReplyOf, RequestOf } from '@mkt/contracts';
import { assert, err, type Refusal, type Result } from '@mkt/kernel';
import {
  callBudgetMs,
  plumbingCalls,
  resilienceByClass,
  type ServiceName,
  serviceNames,
  serviceSpec,
} from '@mkt/topology';
import { RefusalError } from '../faults.ts';
import { currentContext, newContext, remainingMs, runInContext } from '../telemetry/context.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { inChildSpan } from '../telemetry/trace/work.ts';
import type { BreakerShare } from './breaker-share.ts';
import type { PeerCaller } from './peer-tokens.ts';
import { type CallPolicy, createCallPolicy } from './resilience.ts';

/** What a service answers to its peers. Refusals are values; throwing means a fault or a bug. */
export interface PeerHandler {
  readonly operation: PeerOperation;
  handle(request: unknown): Promise<Result<unknown, Refusal>>;
}

export function peerHandler<Operation extends PeerOperation>(
  operation: Operation,
  handle: (request: ParsedRequestOf<Operation>) => Promise<Result<ReplyOf<Operation>, Refusal>>,
): PeerHandler {
  return { operation, handle: handle as PeerHandler['handle'] };
}

/** Calls other services by contract. */
export interface Peers {
  call<Operation extends PeerOperation>(
    operation: Operation,
    request: RequestOf<Operation>,
  ): Promise<Result<ReplyOf<Operation>, Refusal>>;
}

/** One attempt of a call: when it is given up, and by whom. */
export interface PeerCall {
  readonly signal: AbortSignal;
  /** How long this attempt is waited for; what it calls in turn must end before. */
  readonly timeoutMs: number;
}

/** Gets one call to where it is handled: in this process, or over HTTP. */
export type PeerTransport = (
  service: ServiceName,
  operation: PeerOperation,
  request: unknown,
  call: PeerCall,
) => Promise<Result<unknown, Refusal>>;

/**
 * Parses the request by its contract and has it handled. A refusal that was thrown through nested
 * work is a value again, whichever way the call came.
 */
export async function answerPeer(
  handler: PeerHandler,
  request: unknown,
): Promise<Result<unknown, Refusal>> {
  const parsed = handler.operation.request.parse(request);
  try {
    return await handler.handle(parsed);
  } catch (error) {
    if (error instanceof RefusalError) return err(error.refusal);
    throw error;
  }
}

/** Whether the topology lets a caller call an operation. */
export function mayCallPeer(caller: PeerCaller, operation: string): boolean {
  if (plumbingCalls.includes(operation)) return true;
  return caller !== 'installation' && serviceSpec(caller).calls.includes(operation);
}

export function ownerOf(operation: PeerOperation): ServiceName {
  const name = operation.name.split('.')[0];
  const owner = serviceNames.find((service) => service === name);
  assert(owner, `No service owns the peer operation ${operation.name}`);
  return owner;
}

/** Peers of one service: it may call what the topology declares, and nothing else. */
export function createPeers(
  caller: ServiceName,
  transport: PeerTransport,
  metrics: Metrics,
  breakerShare?: BreakerShare,
): Peers {
  const policies = new Map<ServiceName, CallPolicy>();

  function policyFor(service: ServiceName): CallPolicy {
    let policy = policies.get(service);
    if (!policy) {
      policy = createCallPolicy(service, metrics, breakerShare);
      policies.set(service, policy);
    }
    return policy;
  }

  return {
    async call(operation, request) {
      assert(
        mayCallPeer(caller, operation.name),
        `${caller} calls ${operation.name}, which the topology does not declare`,
      );
      const service = ownerOf(operation);
      const budgetMs = callBudgetMs(service, remainingMs());
      const endsAtMs = performance.now() + budgetMs;
      const { readTimeoutMs } = resilienceByClass[serviceSpec(service).class];
      const outcome = await inChildSpan({ name: operation.name, kind: 'client' }, () =>
        policyFor(service).run(operation.idempotent, budgetMs, (signal) =>
          transport(service, operation, request, {
            signal,
            timeoutMs: Math.min(readTimeoutMs, endsAtMs - performance.now()),
          }),
        ),
      );
      return outcome as never;
    },
  };
}

/** Handlers of the services in this process. */
export interface PeerRegistry {
  register(handlers: readonly PeerHandler[]): void;
  readonly transport: PeerTransport;
  handlerOf(name: string): PeerHandler | undefined;
}

export function createPeerRegistry(): PeerRegistry {
  const handlers = new Map<string, PeerHandler>();
  return {
    register(added) {
      for (const handler of added) {
        assert(!handlers.has(handler.operation.name), `${handler.operation.name} is handled twice`);
        handlers.set(handler.operation.name, handler);
      }
    },
    handlerOf: (name) => handlers.get(name),
    // The request is parsed and has the time it would have over the wire, so that both shapes
    // refuse the same things.
    transport: async (service, operation, request, { timeoutMs }) => {
      const handler = handlers.get(operation.name);
      assert(handler, `Nothing in this process handles ${operation.name}`);
      const deadlineMs = performance.now() + timeoutMs;
      const context = { ...(currentContext() ?? newContext()), deadlineMs };
      return runInContext(context, () =>
        inChildSpan(
          { name: operation.name, kind: 'server' },
          () => answerPeer(handler, request),
          context.tracer?.forService(service),
        ),
      );
    },
  };
}
