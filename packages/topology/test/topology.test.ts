import { describe, expect, test } from 'vitest';
import {
  callBudgetMs,
  callerReserveMs,
  consumersOf,
  operationsPrefix,
  plumbingCalls,
  resilienceByClass,
  type ServiceName,
  serviceNames,
  serviceOfPath,
  serviceOfPrefix,
  serviceSpec,
  services,
} from '../src/index.ts';

const ownerOf = (dotted: string) => dotted.split('.')[0] as ServiceName;

describe('the topology', () => {
  test('names fifteen services, each once', () => {
    expect(new Set(services.map(({ name }) => name))).toEqual(new Set(serviceNames));
    expect(services).toHaveLength(15);
  });

  test('gives every public path prefix to one service', () => {
    const prefixes = services.flatMap(({ routePrefixes }) => routePrefixes);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    for (const spec of services) {
      for (const prefix of spec.routePrefixes) expect(serviceOfPrefix(prefix)).toBe(spec.name);
    }
  });

  test('keeps the prefix of the plumbing’s routes free and finds their service after it', () => {
    expect(serviceOfPrefix(operationsPrefix)).toBeUndefined();
    for (const { name } of services) {
      expect(serviceOfPath(`/v1/operations/${name}/sagas?limit=1`)).toBe(name);
    }
    for (const path of ['/v1/operations', '/v1/operations/nobody/sagas', '/v1/', '/', '']) {
      expect(serviceOfPath(path), path).toBeUndefined();
    }
    expect(serviceOfPath('/v1/orders?limit=1')).toBe('order');
  });

  test('has a consumer for every event and an emitter for whatever is consumed', () => {
    const emitted = new Set(services.flatMap(({ emits }) => emits));
    for (const type of emitted) expect(consumersOf(type), type).not.toEqual([]);
    for (const { name, consumes } of services) {
      for (const type of consumes) expect(emitted.has(type), `${name} consumes ${type}`).toBe(true);
    }
  });

  test('gives every collection to one service, which has a store of documents', () => {
    const names = services.flatMap(({ collections }) => collections);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, stores, collections } of services) {
      expect(collections.length > 0, name).toBe(stores.includes('documents'));
    }
  });

  test('lets a service emit its own events only', () => {
    for (const { name, emits } of services) {
      for (const type of emits) expect(ownerOf(type)).toBe(name);
    }
  });

  test('has calls that go to services that exist and never in a circle', () => {
    const callees = new Map(
      services.map(({ name, calls }) => [name, new Set(calls.map(ownerOf))] as const),
    );
    const visit = (name: ServiceName, path: readonly ServiceName[]): void => {
      expect(path, `circle: ${[...path, name].join(' → ')}`).not.toContain(name);
      for (const callee of callees.get(name) ?? []) {
        expect(serviceNames).toContain(callee);
        visit(callee, [...path, name]);
      }
    };
    for (const name of serviceNames) visit(name, []);
    for (const call of plumbingCalls) expect(serviceNames).toContain(ownerOf(call));
  });

  test('gives a caller in a request longer than whatever it calls, down every chain', () => {
    const visit = (name: ServiceName, budgetMs: number): void => {
      for (const callee of new Set(serviceSpec(name).calls.map(ownerOf))) {
        const calleeMs = callBudgetMs(callee, budgetMs);
        expect(calleeMs, `${name} → ${callee}`).toBeLessThanOrEqual(budgetMs - callerReserveMs);
        expect(calleeMs).toBeGreaterThan(0);
        visit(callee, calleeMs);
      }
    };
    for (const { name, class: kind } of services) {
      visit(name, resilienceByClass[kind].operationTimeoutMs);
    }
  });

  test('keeps connect below read below the whole operation in every class', () => {
    for (const spec of Object.values(resilienceByClass)) {
      expect(spec.connectTimeoutMs).toBeLessThan(spec.readTimeoutMs);
      expect(spec.readTimeoutMs).toBeLessThan(spec.operationTimeoutMs);
    }
    expect(resilienceByClass['product-search']).toMatchObject({
      connectTimeoutMs: 1_000,
      readTimeoutMs: 3_000,
      operationTimeoutMs: 5_000,
    });
    expect(resilienceByClass['order-processing'].operationTimeoutMs).toBe(30_000);
    expect(resilienceByClass['payment-processing'].operationTimeoutMs).toBe(60_000);
  });

  test('asks for no more than it may use', () => {
    for (const { resources, name } of services) {
      expect(resources.memoryRequestMiB, name).toBeLessThanOrEqual(resources.memoryLimitMiB);
      expect(resources.cpuRequestMilli, name).toBeLessThanOrEqual(resources.cpuLimitMilli);
    }
  });
});
