/** Ports of the monitoring programs that others name. */
export const monitoringPorts = {
  prometheus: 9_090,
  grafana: 3_000,
  loki: 3_100,
  tempo: 3_200,
  tempoOtlp: 4_318,
  nodeExporter: 9_100,
  collectorOwn: 8_888,
  kubeState: 8_080,
} as const;
