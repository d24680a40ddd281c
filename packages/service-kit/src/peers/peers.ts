import type { ParsedRequestOf, PeerOperation, ReplyOf, RequestOf } from '@mkt/contracts';
import { assert, type Refusal, type Result } from '@mkt/kernel';
import {
  callBudgetMs,
  plumbingCalls,
  type ServiceName,
  serviceNames,
  serviceSpec,
} from '@mkt/topology';
import { remainingMs } from '../telemetry/context.ts';
import type { Metrics } from '../telemetry/metrics.ts';
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

/** Gets one call to where it is handled: in this process, or over HTTP. */
export type PeerTransport = (
  service: ServiceName,
  operation: PeerOperation,
  request: unknown,
  signal: AbortSignal,
) => Promise<Result<unknown, Refusal>>;

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
): Peers {
  const declared = new Set([...serviceSpec(caller).calls, ...plumbingCalls]);
  const policies = new Map<ServiceName, CallPolicy>();

  function policyFor(service: ServiceName): CallPolicy {
    let policy = policies.get(service);
    if (!policy) {
      policy = createCallPolicy(service, metrics);
      policies.set(service, policy);
    }
    return policy;
  }

  return {
    async call(operation, request) {
      assert(
        declared.has(operation.name),
        `${caller} calls ${operation.name}, which the topology does not declare`,
      );
      const service = ownerOf(operation);
      const budgetMs = callBudgetMs(service, remainingMs());
      const outcome = await policyFor(service).run(operation.idempotent, budgetMs, (signal) =>
        transport(service, operation, request, signal),
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
    // The request is parsed as it would be over the wire, so both shapes refuse the same things.
    transport: async (_service, operation, request) => {
      const handler = handlers.get(operation.name);
      assert(handler, `Nothing in this process handles ${operation.name}`);
      return handler.handle(operation.request.parse(request));
    },
  };
}
