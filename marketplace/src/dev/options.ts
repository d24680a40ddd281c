import type { Environment, LogLevel } from '@mkt/service-kit';

/**
 * `embedded`: one process, every store in it or in a PostgreSQL of its own. `connected`: one
 * process, real stores. `processes`: one process per service, real stores between them.
 */
export type DevShape = 'embedded' | 'connected' | 'processes';

export interface DevOptions {
  readonly shape?: DevShape;
  /** Everything that survives a restart: database, files, the clock's offset. */
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
  /** Leaves the marketplace without the demo. */
  readonly empty: boolean;
  /** What a person wants to know at the start. */
  readonly print: (line: string) => void;
  /** What the services' processes write, a line at a time; printed like the rest unless given. */
  readonly printLog?: (line: string) => void;
  readonly logLevel?: LogLevel;
  /** Where the stores' URLs and the services' own settings come from; this process's unless given. */
  readonly env?: Environment;
}

export interface Dev {
  readonly url: string;
  /** Resolves when nothing is under way in any service. */
  idle(): Promise<void>;
  stop(): Promise<void>;
  /** Settles when the marketplace has stopped, asked to or because its database ended. */
  readonly stopped: Promise<void>;
}
