import type { Resources } from '@mkt/topology';

/** What all of it may use together: 2.6 GB and 0.6 of a processor, on two nodes as well. */
export const monitoringBudget = { memoryBytes: 2.6e9, cpuMilli: 600 } as const;

const resources = (
  [cpuRequestMilli, cpuLimitMilli]: readonly [number, number],
  [memoryRequestMiB, memoryLimitMiB]: readonly [number, number],
): Resources => ({ cpuRequestMilli, cpuLimitMilli, memoryRequestMiB, memoryLimitMiB });

export const monitoringResources = {
  prometheus: resources([80, 200], [384, 700]),
  grafana: resources([20, 90], [160, 288]),
  loki: resources([40, 100], [224, 480]),
  tempo: resources([40, 100], [224, 600]),
  nodeExporter: resources([10, 15], [24, 40]),
  kubeState: resources([5, 20], [32, 64]),
  collector: resources([30, 60], [96, 192]),
} as const;

/** Nine tenths of its limit: above it a Go program collects more often instead of dying. */
export function goMemoryLimit({ memoryLimitMiB }: Resources): string {
  return `${Math.floor(memoryLimitMiB * 0.9)}MiB`;
}
