export type SettingsInput = {
  major: number;
  maxConnections: number;
  socketDir: string;
  /** The port of 127.0.0.1; without one the server listens on its unix socket alone. */
  listenPort: number | undefined;
  /** False only for throwaway servers of tests. */
  isDurable: boolean;
};

/** The port in the socket's file name when the server has no TCP port. */
export const SOCKET_PORT = 5_432;

/** Sized for a host of 512 MB that also runs the services. */
export function serverSettings(input: SettingsInput): Record<string, string | number> {
  return {
    ...connectionSettings(input),
    shared_buffers: '32MB',
    work_mem: '2MB',
    maintenance_work_mem: '32MB',
    effective_cache_size: '128MB',
    wal_buffers: '1MB',
    min_wal_size: '80MB',
    max_wal_size: '256MB',
    // No replicas, so the log needs no more than crash recovery does.
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_replication_slots: 0,
    max_logical_replication_workers: 0,
    max_worker_processes: 2,
    max_parallel_workers_per_gather: 0,
    autovacuum: 'on',
    autovacuum_max_workers: 2,
    jit: 'off',
    timezone: 'UTC',
    // From 18 on three workers would do the reads; on a small host their memory counts for more.
    ...(input.major >= 18 ? { io_method: 'sync' } : {}),
    ...logSettings,
    ...(input.isDurable ? durable : throwaway),
  };
}

function connectionSettings(input: SettingsInput): Record<string, string | number> {
  return {
    max_connections: input.maxConnections,
    listen_addresses: input.listenPort === undefined ? '' : '127.0.0.1',
    port: input.listenPort ?? SOCKET_PORT,
    unix_socket_directories: input.socketDir,
    unix_socket_permissions: '0700',
  };
}

/** Statements and details hold values of rows, so personal data: neither goes to the log. */
const logSettings = {
  logging_collector: 'off',
  log_destination: 'stderr',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_line_prefix: '',
  log_timezone: 'UTC',
  // The launcher reads the log to name failures, so it must be in English.
  lc_messages: 'C',
};

const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const throwaway = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export function asArguments(settings: Record<string, string | number>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
