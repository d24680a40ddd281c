import type { Context } from './model.ts';

/**
 * What one execution of a use case spends, with all that follows it: events, their consumers, the
 * relays. A test runs each use case against the running marketplace and compares.
 */
export interface CostVector {
  /** SQL statements by context: each wakes that context's Neon project if it sleeps. */
  readonly statements: Readonly<Partial<Record<Context, number>>>;
  /** Operations of the document store (Atlas counts reads and writes alike). */
  readonly documentOperations: number;
  /** Commands to a metered Redis; those to the Valkey inside the cluster cost nothing. */
  readonly upstashCommands: number;
  readonly workerRequests: number;
  /** Bytes to the visitor, headers included. */
  readonly responseBytes: number;
  /** Bytes read from PostgreSQL. */
  readonly databaseBytesOut: number;
  readonly documentBytesIn: number;
  readonly documentBytesOut: number;
  /** Processor time of all services and the database inside the cluster, milliseconds. */
  readonly cpuMs: number;
  readonly logBytes: number;
  readonly traceBytes: number;
}
